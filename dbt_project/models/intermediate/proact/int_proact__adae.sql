{{ adae('proact') }}
