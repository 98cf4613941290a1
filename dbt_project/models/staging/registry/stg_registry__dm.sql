{{ accepted(ref('typed_registry__dm')) }}
