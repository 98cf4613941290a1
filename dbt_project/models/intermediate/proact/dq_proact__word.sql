{{ config(materialized='view') }} {{ word_queries(ref('int_proact__asked_word'), 'proact') }}
