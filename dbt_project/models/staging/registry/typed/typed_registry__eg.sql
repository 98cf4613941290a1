{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'EGSEQ'),
    ('test_code', 'code', 'EGTESTCD'),
    ('test', 'text', 'EGTEST'),
    ('category', 'code', 'EGCAT'),
    ('result_collected', 'text', 'EGORRES'),
    ('unit_collected', 'text', 'EGORRESU'),
    ('result_text', 'text', 'EGSTRESC'),
    ('result_number', 'double', 'EGSTRESN'),
    ('unit', 'text', 'EGSTRESU'),
    ('status', 'code', 'EGSTAT'),
    ('visit', 'text', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', 'EGDTC'),
] -%}
{{ registry_typed_records('eg', columns) }}
