{{ record_count('registry') }}
