{{ adtte('proact') }}
