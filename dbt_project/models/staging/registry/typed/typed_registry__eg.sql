{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'EGSEQ'),
    ('test_code', 'unread', 'EGTESTCD'),
    ('test', 'unread', 'EGTEST'),
    ('category', 'unread', 'EGCAT'),
    ('result_collected', 'result', 'EGORRES'),
    ('unit_collected', 'unread', 'EGORRESU'),
    ('result_text', 'result', 'EGSTRESC'),
    ('result_number', 'double', 'EGSTRESN'),
    ('unit', 'unread', 'EGSTRESU'),
    ('status', 'term', 'EGSTAT'),
    ('visit', 'unread', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', 'EGDTC'),
] -%}
{{ registry_typed_records('eg', columns) }}
