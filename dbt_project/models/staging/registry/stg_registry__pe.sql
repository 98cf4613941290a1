{{ accepted(ref('typed_registry__pe')) }}
