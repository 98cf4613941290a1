{{ accepted(ref('typed_proact__fvc')) }}
