{{ adsl('registry') }}
