{{ both_sources('source_profile') }}
