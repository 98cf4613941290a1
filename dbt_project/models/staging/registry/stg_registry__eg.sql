{{ accepted(ref('typed_registry__eg')) }}
