{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'PESEQ'),
    ('test_code', 'code', 'PETESTCD'),
    ('test', 'text', 'PETEST'),
    ('category', 'code', 'PECAT'),
    ('result_collected', 'text', 'PEORRES'),
    ('unit_collected', 'text', 'PEORRESU'),
    ('result_text', 'text', 'PESTRESC'),
    ('result_number', 'double', 'PESTRESN'),
    ('unit', 'text', 'PESTRESU'),
    ('status', 'code', 'PESTAT'),
    ('visit', 'text', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', 'PEDTC'),
] -%}
{{ registry_typed_records('pe', columns) }}
