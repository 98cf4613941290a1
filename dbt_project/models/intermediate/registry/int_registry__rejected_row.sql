{{ rejected_row('registry') }}
