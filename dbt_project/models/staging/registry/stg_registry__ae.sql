{{ accepted(ref('typed_registry__ae')) }}
