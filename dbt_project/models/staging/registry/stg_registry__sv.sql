{{ accepted(ref('typed_registry__sv')) }}
