{{ rejected(ref('typed_registry__cm'), 'registry', 'cm') }}
