{{ rejected(ref('typed_registry__fa'), 'registry', 'fa') }}
