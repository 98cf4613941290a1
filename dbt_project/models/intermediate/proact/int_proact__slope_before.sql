{{ slope_before('proact') }}
