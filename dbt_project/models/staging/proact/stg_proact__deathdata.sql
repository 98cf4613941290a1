{{ accepted(ref('typed_proact__deathdata')) }}
