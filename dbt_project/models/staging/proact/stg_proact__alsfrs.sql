{{ accepted(ref('typed_proact__alsfrs')) }}
