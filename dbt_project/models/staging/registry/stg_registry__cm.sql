{{ accepted(ref('typed_registry__cm')) }}
