{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'MHSEQ'),
    ('decod', 'fact', 'MHDECOD'),
    ('term', 'fact', 'MHTERM'),
    ('category', 'unread', 'MHCAT'),
    ('subcategory', 'term', 'MHSCAT'),
    ('location', 'term', 'MHLOC'),
    ('occurrence', 'term', 'MHOCCUR'),
    ('status', 'term', 'MHSTAT'),
    ('prespecified', 'term', 'MHPRESP'),
    ('collected_date', 'date', 'MHDTC'),
    ('date_type', 'term', 'MHEDTTYP'),
    ('start_date', 'date', 'MHSTDTC'),
    ('end_date', 'date', 'MHENDTC'),
] -%}
{{ registry_typed_records('mh', columns) }}
