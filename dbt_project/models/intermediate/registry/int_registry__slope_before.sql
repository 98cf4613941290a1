{{ slope_before('registry') }}
