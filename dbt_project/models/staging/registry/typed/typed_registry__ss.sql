{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'SSSEQ'),
    ('test_code', 'only', 'SSTESTCD', 'SURVSTAT', 'FUAVSTAT', 'INFOSCSS', 'LSCFADTC'),
    ('test', 'unread', 'SSTEST'),
    ('category', 'unread', 'SSCAT'),
    ('result_collected', 'fact', 'SSORRES'),
    ('result_text', 'fact', 'SSSTRESC'),
    ('result_number', 'double', 'SSSTRESN'),
    ('unit', 'unread', 'SSSTRESU'),
    ('status', 'term', 'SSSTAT'),
    ('visit', 'unread', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', 'SSDTC'),
] -%}
{{ registry_typed_records('ss', columns) }}
