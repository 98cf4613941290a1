{{ accepted(ref('typed_proact__svc')) }}
