{{ accepted(ref('typed_registry__ex')) }}
