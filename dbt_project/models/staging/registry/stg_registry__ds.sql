{{ accepted(ref('typed_registry__ds')) }}
