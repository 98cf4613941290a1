{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('visit', 'unread', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('occurrence', 'term', 'SVOCCUR'),
    ('contact_mode', 'unread', 'SVCNTMOD'),
    ('start_date', 'date', 'SVSTDTC'),
    ('end_date', 'date', 'SVENDTC'),
] -%}
{{ registry_typed_records('sv', columns) }}
