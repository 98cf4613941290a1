{{ adqs('proact') }}
