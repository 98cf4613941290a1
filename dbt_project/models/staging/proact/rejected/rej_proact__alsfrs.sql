{{ rejected(ref('typed_proact__alsfrs'), 'PROACT', 'alsfrs') }}
