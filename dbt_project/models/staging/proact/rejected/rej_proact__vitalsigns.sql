{{ rejected(ref('typed_proact__vitalsigns'), 'PROACT', 'vitalsigns') }}
