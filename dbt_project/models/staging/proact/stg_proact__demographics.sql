{{ accepted(ref('typed_proact__demographics')) }}
