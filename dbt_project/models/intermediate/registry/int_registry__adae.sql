{{ adae('registry') }}
