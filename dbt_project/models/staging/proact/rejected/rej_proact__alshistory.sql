{{ rejected(ref('typed_proact__alshistory'), 'PROACT', 'alshistory') }}
