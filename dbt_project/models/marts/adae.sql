{{ both_sources('adae') }}
