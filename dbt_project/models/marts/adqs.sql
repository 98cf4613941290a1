{{ both_sources('adqs') }}
