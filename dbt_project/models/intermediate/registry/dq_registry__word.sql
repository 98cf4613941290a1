{{ config(materialized='view') }} {{ word_queries(ref('int_registry__unknown_word'), 'registry') }}
