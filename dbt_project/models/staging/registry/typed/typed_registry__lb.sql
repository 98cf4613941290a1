{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'LBSEQ'),
    ('test_code', 'unread', 'LBTESTCD'),
    ('test', 'unread', 'LBTEST'),
    ('category', 'unread', 'LBCAT'),
    ('result_collected', 'result', 'LBORRES'),
    ('unit_collected', 'unread', 'LBORRESU'),
    ('result_text', 'result', 'LBSTRESC'),
    ('result_number', 'double', 'LBSTRESN'),
    ('unit', 'unread', 'LBSTRESU'),
    ('status', 'term', 'LBSTAT'),
    ('visit', 'unread', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', 'LBDTC'),
] -%}
{{ registry_typed_records('lb', columns) }}
