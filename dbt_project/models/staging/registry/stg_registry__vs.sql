{{ accepted(ref('typed_registry__vs')) }}
