{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'DSSEQ'),
    ('decod', 'code', 'DSDECOD'),
    ('term', 'code', 'DSTERM'),
    ('category', 'code', 'DSCAT'),
    ('collected_date', 'date', 'DSDTC'),
    ('start_date', 'date', 'DSSTDTC'),
] -%}
{{ registry_typed_records('ds', columns) }}
