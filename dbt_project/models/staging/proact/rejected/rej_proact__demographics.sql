{{ rejected(ref('typed_proact__demographics'), 'PROACT', 'demographics') }}
