{{ both_sources('adsl') }}
