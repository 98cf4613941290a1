{{ rejected(ref('typed_registry__pr'), 'registry', 'pr') }}
