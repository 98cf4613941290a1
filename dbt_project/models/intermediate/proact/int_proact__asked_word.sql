{{ config(materialized='view') }} {{ asked_words(ref('int_proact__unknown_word'), 'proact') }}
