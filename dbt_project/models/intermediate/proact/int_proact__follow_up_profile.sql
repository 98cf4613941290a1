{{ follow_up_profile('proact') }}
