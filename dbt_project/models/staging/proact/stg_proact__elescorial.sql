{{ accepted(ref('typed_proact__elescorial')) }}
