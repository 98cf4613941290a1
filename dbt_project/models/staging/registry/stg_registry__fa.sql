{{ accepted(ref('typed_registry__fa')) }}
