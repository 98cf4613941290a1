{{ rejected(ref('typed_proact__treatment'), 'PROACT', 'treatment') }}
