{{ both_sources('follow_up_profile') }}
