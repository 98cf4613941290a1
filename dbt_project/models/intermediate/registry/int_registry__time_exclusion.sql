{{ time_exclusion('registry') }}
