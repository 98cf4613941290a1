{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'CMSEQ'),
    ('decod', 'fact', 'CMDECOD'),
    ('term', 'fact', 'CMTRT'),
    ('category', 'code', 'CMCAT'),
    ('occurrence', 'term', 'CMOCCUR'),
    ('status', 'term', 'CMSTAT'),
    ('start_date', 'date', 'CMSTDTC'),
    ('end_date', 'date', 'CMENDTC'),
] -%}
{{ registry_typed_records('cm', columns) }}
