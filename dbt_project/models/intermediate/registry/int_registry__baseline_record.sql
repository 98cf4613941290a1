{{ baseline_record('registry') }}
