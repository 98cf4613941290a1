{{ accepted(ref('typed_proact__alshistory')) }}
