{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'FASEQ'),
    ('test_code', 'code', 'FATESTCD'),
    ('object', 'code', 'FAOBJ'),
    ('category', 'code', 'FACAT'),
    ('result_collected', 'text', 'FAORRES'),
    ('result_text', 'text', 'FASTRESC'),
    ('status', 'code', 'FASTAT'),
    ('collected_date', 'date', 'FADTC'),
] -%}
{{ registry_typed_records('fa', columns) }}
