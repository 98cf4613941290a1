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
    ('prespecified', 'term', 'CMPRESP'),
    ('start_date', 'date', 'CMSTDTC'),
    ('end_date', 'date', 'CMENDTC'),
    ('end_relation', 'term', 'CMENRF'),
    ('end_relation_to_point', 'term', 'CMENRTPT'),
] -%}
{{ registry_typed_records('cm', columns) }}
