{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'PRSEQ'),
    ('decod', 'code', 'PRDECOD'),
    ('term', 'code', 'PRTRT'),
    ('category', 'code', 'PRCAT'),
    ('occurrence', 'code', 'PROCCUR'),
    ('start_date', 'date', 'PRSTDTC'),
    ('end_date', 'date', 'PRENDTC'),
] -%}
{{ registry_typed_records('pr', columns) }}
