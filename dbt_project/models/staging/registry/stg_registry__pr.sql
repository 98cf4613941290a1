{{ accepted(ref('typed_registry__pr')) }}
