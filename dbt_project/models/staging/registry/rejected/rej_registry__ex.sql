{{ rejected(ref('typed_registry__ex'), 'registry', 'ex') }}
