{{ accepted(ref('typed_proact__musclestrength')) }}
