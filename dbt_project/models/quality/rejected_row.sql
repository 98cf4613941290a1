{{ both_sources('rejected_row') }}
