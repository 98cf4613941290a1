{{ config(materialized='view') }} {{ word_queries(ref('int_proact__unknown_word'), 'proact') }}
