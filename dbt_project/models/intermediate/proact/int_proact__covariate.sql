{{ covariate('proact') }}
