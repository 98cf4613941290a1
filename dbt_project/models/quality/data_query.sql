{{ both_sources('data_query') }}
