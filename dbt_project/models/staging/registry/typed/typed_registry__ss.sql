{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'SSSEQ'),
    ('test_code', 'code', 'SSTESTCD'),
    ('test', 'text', 'SSTEST'),
    ('category', 'code', 'SSCAT'),
    ('result_collected', 'fact', 'SSORRES'),
    ('result_text', 'fact', 'SSSTRESC'),
    ('result_number', 'double', 'SSSTRESN'),
    ('unit', 'text', 'SSSTRESU'),
    ('status', 'code', 'SSSTAT'),
    ('visit', 'text', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', 'SSDTC'),
] -%}
{{ registry_typed_records('ss', columns) }}
