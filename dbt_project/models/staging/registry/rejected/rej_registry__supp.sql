{{ rejected(ref('typed_registry__supp'), 'registry', 'supp') }}
