{{ data_query('registry') }}
