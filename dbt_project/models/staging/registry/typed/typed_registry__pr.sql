{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'PRSEQ'),
    ('decod', 'fact', 'PRDECOD'),
    ('term', 'fact', 'PRTRT'),
    ('category', 'unread', 'PRCAT'),
    ('occurrence', 'term', 'PROCCUR'),
    ('status', 'term', 'PRSTAT'),
    ('prespecified', 'term', 'PRPRESP'),
    ('start_date', 'date', 'PRSTDTC'),
    ('end_date', 'date', 'PRENDTC'),
] -%}
{{ registry_typed_records('pr', columns) }}
