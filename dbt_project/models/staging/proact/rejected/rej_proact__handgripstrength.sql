{{ rejected(ref('typed_proact__handgripstrength'), 'PROACT', 'handgripstrength') }}
