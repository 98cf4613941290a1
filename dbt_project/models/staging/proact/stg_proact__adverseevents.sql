{{ accepted(ref('typed_proact__adverseevents')) }}
