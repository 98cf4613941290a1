{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'DSSEQ'),
    ('decod', 'fact', 'DSDECOD'),
    ('term', 'fact', 'DSTERM'),
    ('category', 'term', 'DSCAT'),
    ('scope', 'term', 'DSSCAT'),
    ('epoch', 'term', 'EPOCH'),
    ('collected_date', 'date', 'DSDTC'),
    ('start_date', 'any_date', 'DSSTDTC'),
] -%}
{{ registry_typed_records('ds', columns) }}
