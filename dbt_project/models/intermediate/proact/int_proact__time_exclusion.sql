{{ time_exclusion('proact') }}
