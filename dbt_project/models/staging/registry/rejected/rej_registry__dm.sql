{{ rejected(ref('typed_registry__dm'), 'registry', 'dm') }}
