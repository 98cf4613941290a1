{{ covariate('registry') }}
