{{ follow_up_profile('registry') }}
