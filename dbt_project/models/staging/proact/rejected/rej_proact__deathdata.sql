{{ rejected(ref('typed_proact__deathdata'), 'PROACT', 'deathdata') }}
