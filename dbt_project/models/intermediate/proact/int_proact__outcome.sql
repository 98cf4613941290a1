{{ outcome('proact') }}
