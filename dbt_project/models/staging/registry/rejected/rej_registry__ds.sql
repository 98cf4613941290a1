{{ rejected(ref('typed_registry__ds'), 'registry', 'ds') }}
