{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'PESEQ'),
    ('test_code', 'unread', 'PETESTCD'),
    ('test', 'unread', 'PETEST'),
    ('category', 'unread', 'PECAT'),
    ('result_collected', 'result', 'PEORRES'),
    ('unit_collected', 'unread', 'PEORRESU'),
    ('result_text', 'result', 'PESTRESC'),
    ('result_number', 'double', 'PESTRESN'),
    ('unit', 'unread', 'PESTRESU'),
    ('status', 'term', 'PESTAT'),
    ('visit', 'unread', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', 'PEDTC'),
] -%}
{{ registry_typed_records('pe', columns) }}
