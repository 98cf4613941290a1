{{ rejected(ref('typed_registry__re'), 'registry', 're') }}
