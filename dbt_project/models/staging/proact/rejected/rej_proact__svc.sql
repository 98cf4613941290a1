{{ rejected(ref('typed_proact__svc'), 'PROACT', 'svc') }}
