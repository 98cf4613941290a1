{{ rejected(ref('typed_registry__qs'), 'registry', 'qs') }}
