{{ both_sources('understood_count') }}
