{{ baseline_record('proact') }}
