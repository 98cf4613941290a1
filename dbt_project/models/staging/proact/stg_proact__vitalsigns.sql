{{ accepted(ref('typed_proact__vitalsigns')) }}
