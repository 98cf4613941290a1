{{ config(materialized='view') }} {{ word_queries(ref('int_registry__asked_word'), 'registry') }}
