{{ accepted(ref('typed_proact__riluzole')) }}
