{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'FASEQ'),
    ('test_code', 'fact', 'FATESTCD'),
    ('test', 'fact', 'FATEST'),
    ('object', 'unread', 'FAOBJ'),
    ('category', 'unread', 'FACAT'),
    ('result_collected', 'fact', 'FAORRES'),
    ('result_text', 'fact', 'FASTRESC'),
    ('status', 'term', 'FASTAT'),
    ('collected_date', 'date', 'FADTC'),
] -%}
{{ registry_typed_records('fa', columns) }}
