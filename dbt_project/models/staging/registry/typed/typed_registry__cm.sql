{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'CMSEQ'),
    ('decod', 'fact', 'CMDECOD'),
    ('term', 'fact', 'CMTRT'),
    ('category', 'unread', 'CMCAT'),
    ('occurrence', 'term', 'CMOCCUR'),
    ('status', 'term', 'CMSTAT'),
    ('start_date', 'date', 'CMSTDTC'),
    ('end_date', 'date', 'CMENDTC'),
    ('end_relation', 'goes_on', 'CMENRF'),
    ('end_relation_to_point', 'goes_on', 'CMENRTPT'),
] -%}
{{ registry_typed_records('cm', columns) }}
