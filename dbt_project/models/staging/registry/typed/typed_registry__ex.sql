{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'EXSEQ'),
    ('treatment', 'text', 'EXTRT'),
    ('product', 'fact', 'EXTRT'),
    ('category', 'code', 'EXCAT'),
    ('group_id', 'text', 'EXGRPID'),
    ('dose', 'double', 'EXDOSE', 0, 1e15),
    ('dose_text', 'text', 'EXDOSTXT'),
    ('dose_unit', 'text', 'EXDOSU'),
    ('route', 'text', 'EXROUTE'),
    ('frequency', 'term', 'EXDOSFRQ'),
    ('occurrence', 'term', 'EXOCCUR'),
    ('status', 'term', 'EXSTAT'),
    ('visit', 'text', 'VISIT'),
    ('start_date', 'date', 'EXSTDTC'),
    ('end_date', 'date', 'EXENDTC'),
] -%}
{{ registry_typed_records('ex', columns) }}
