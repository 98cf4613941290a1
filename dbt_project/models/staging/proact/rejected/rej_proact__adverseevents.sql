{{ rejected(ref('typed_proact__adverseevents'), 'PROACT', 'adverseevents') }}
