{{ accepted(ref('typed_proact__treatment')) }}
