{{ outcome('registry') }}
