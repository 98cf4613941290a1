{{ accepted(ref('typed_registry__mh')) }}
