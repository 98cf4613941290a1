{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'EXSEQ'),
    ('treatment', 'listed', 'EXTRT'),
    ('product', 'fact', 'EXTRT'),
    ('category', 'unread', 'EXCAT'),
    ('group_id', 'unread', 'EXGRPID'),
    ('dose', 'double', 'EXDOSE', 0, 1e15),
    ('dose_text', 'term', 'EXDOSTXT'),
    ('dose_unit', 'term', 'EXDOSU'),
    ('route', 'term', 'EXROUTE'),
    ('frequency', 'term', 'EXDOSFRQ'),
    ('occurrence', 'term', 'EXOCCUR'),
    ('status', 'term', 'EXSTAT'),
    ('visit', 'unread', 'VISIT'),
    ('start_date', 'date', 'EXSTDTC', '2000-01-01'),
    ('end_date', 'date', 'EXENDTC', '2000-01-01'),
] -%}
{{ registry_typed_records(
    'ex', columns,
    marks=[('dose_unusable', "case when record.EXDOSE is not null and coalesce(" ~ to_double('record.EXDOSE') ~ ", -1) < 0 then 'Y' end")],
    carry=['dose_unusable'],
) }}
