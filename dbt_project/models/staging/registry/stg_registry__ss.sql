{{ accepted(ref('typed_registry__ss')) }}
