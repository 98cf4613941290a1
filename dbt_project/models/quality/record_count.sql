{{ both_sources('record_count') }}
