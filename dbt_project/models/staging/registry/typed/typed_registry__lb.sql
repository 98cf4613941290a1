{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'LBSEQ'),
    ('test_code', 'code', 'LBTESTCD'),
    ('test', 'text', 'LBTEST'),
    ('category', 'code', 'LBCAT'),
    ('result_collected', 'text', 'LBORRES'),
    ('unit_collected', 'text', 'LBORRESU'),
    ('result_text', 'text', 'LBSTRESC'),
    ('result_number', 'double', 'LBSTRESN'),
    ('unit', 'text', 'LBSTRESU'),
    ('status', 'code', 'LBSTAT'),
    ('visit', 'text', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', 'LBDTC'),
] -%}
{{ registry_typed_records('lb', columns) }}
