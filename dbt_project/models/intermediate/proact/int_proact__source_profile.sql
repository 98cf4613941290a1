{{ source_profile('proact') }}
