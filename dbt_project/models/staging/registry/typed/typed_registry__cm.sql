{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'CMSEQ'),
    ('decod', 'code', 'CMDECOD'),
    ('term', 'code', 'CMTRT'),
    ('category', 'code', 'CMCAT'),
    ('occurrence', 'code', 'CMOCCUR'),
    ('status', 'code', 'CMSTAT'),
    ('start_date', 'date', 'CMSTDTC'),
    ('end_date', 'date', 'CMENDTC'),
] -%}
{{ registry_typed_records('cm', columns) }}
