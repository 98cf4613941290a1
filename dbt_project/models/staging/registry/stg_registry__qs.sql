{{ accepted(ref('typed_registry__qs')) }}
