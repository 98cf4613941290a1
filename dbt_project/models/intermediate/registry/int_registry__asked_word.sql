{{ config(materialized='view') }} {{ asked_words(ref('int_registry__unknown_word'), 'registry') }}
