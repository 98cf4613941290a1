{{ rejected(ref('typed_proact__labs'), 'PROACT', 'labs') }}
