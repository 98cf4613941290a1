{{ accepted(ref('typed_proact__handgripstrength')) }}
