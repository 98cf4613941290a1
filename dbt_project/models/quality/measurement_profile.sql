{{ both_sources('measurement_profile') }}
