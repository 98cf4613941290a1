{{ rejected(ref('typed_proact__musclestrength'), 'PROACT', 'musclestrength') }}
