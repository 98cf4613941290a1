{{ rejected(ref('typed_proact__fvc'), 'PROACT', 'fvc') }}
