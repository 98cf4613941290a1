{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('visit', 'text', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('occurrence', 'code', 'SVOCCUR'),
    ('contact_mode', 'code', 'SVCNTMOD'),
    ('start_date', 'date', 'SVSTDTC'),
    ('end_date', 'date', 'SVENDTC'),
] -%}
{{ registry_typed_records('sv', columns) }}
