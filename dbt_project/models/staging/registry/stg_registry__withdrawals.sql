{{ accepted(ref('typed_registry__withdrawals')) }}
