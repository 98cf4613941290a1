{{ adqs('registry') }}
