{{ source_profile('registry') }}
