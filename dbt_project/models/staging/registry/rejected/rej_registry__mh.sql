{{ rejected(ref('typed_registry__mh'), 'registry', 'mh') }}
