{{ rejected(ref('typed_proact__conmeds'), 'PROACT', 'conmeds') }}
