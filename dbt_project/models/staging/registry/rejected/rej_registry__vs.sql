{{ rejected(ref('typed_registry__vs'), 'registry', 'vs') }}
