{{ accepted(ref('typed_registry__lb')) }}
