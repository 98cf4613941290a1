{{ accepted(ref('typed_proact__conmeds')) }}
