{{ accepted(ref('typed_registry__re')) }}
