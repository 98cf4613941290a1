{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'MHSEQ'),
    ('decod', 'code', 'MHDECOD'),
    ('term', 'code', 'MHTERM'),
    ('category', 'code', 'MHCAT'),
    ('subcategory', 'code', 'MHSCAT'),
    ('location', 'code', 'MHLOC'),
    ('occurrence', 'code', 'MHOCCUR'),
    ('status', 'code', 'MHSTAT'),
    ('collected_date', 'date', 'MHDTC'),
    ('start_date', 'date', 'MHSTDTC'),
    ('end_date', 'date', 'MHENDTC'),
] -%}
{{ registry_typed_records('mh', columns) }}
