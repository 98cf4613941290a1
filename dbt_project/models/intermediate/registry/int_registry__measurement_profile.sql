{{ measurement_profile('registry') }}
