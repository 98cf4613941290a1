{{ both_sources('adtte') }}
