{{ rejected(ref('typed_proact__riluzole'), 'PROACT', 'riluzole') }}
