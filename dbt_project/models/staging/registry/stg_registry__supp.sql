{{ accepted(ref('typed_registry__supp')) }}
