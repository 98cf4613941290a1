{{ measurement_profile('proact') }}
