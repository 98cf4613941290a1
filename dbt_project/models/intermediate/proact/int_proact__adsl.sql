{{ adsl('proact') }}
