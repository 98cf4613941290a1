{{ rejected(ref('typed_registry__ae'), 'registry', 'ae') }}
