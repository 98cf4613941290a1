{{ record_count('proact') }}
