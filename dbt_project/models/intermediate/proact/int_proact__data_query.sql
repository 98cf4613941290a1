{{ data_query('proact') }}
