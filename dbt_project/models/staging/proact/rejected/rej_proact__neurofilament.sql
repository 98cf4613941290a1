{{ rejected(ref('typed_proact__neurofilament'), 'PROACT', 'neurofilament') }}
