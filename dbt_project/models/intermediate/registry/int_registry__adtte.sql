{{ adtte('registry') }}
