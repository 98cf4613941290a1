{{ accepted(ref('typed_proact__familyhistory')) }}
