{{ rejected(ref('typed_registry__withdrawals'), 'registry', 'withdrawals') }}
