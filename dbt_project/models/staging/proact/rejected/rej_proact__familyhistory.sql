{{ rejected(ref('typed_proact__familyhistory'), 'PROACT', 'familyhistory') }}
