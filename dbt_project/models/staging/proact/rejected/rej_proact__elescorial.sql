{{ rejected(ref('typed_proact__elescorial'), 'PROACT', 'elescorial') }}
