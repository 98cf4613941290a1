{{ accepted(ref('typed_proact__neurofilament')) }}
