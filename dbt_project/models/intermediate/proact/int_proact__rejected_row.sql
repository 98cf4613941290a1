{{ rejected_row('proact') }}
