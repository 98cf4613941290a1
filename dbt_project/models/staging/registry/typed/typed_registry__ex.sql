{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'EXSEQ'),
    ('treatment', 'text', 'EXTRT'),
    ('category', 'code', 'EXCAT'),
    ('group_id', 'text', 'EXGRPID'),
    ('dose', 'double', 'EXDOSE', 0, 1e15),
    ('dose_text', 'text', 'EXDOSTXT'),
    ('dose_unit', 'text', 'EXDOSU'),
    ('route', 'text', 'EXROUTE'),
    ('occurrence', 'code', 'EXOCCUR'),
    ('visit', 'text', 'VISIT'),
    ('start_date', 'date', 'EXSTDTC'),
    ('end_date', 'date', 'EXENDTC'),
] -%}
{{ registry_typed_records(
    'ex', columns,
    marks=[('_consent', 'subject.consent_date')],
    rejections=[
        ('start_date < _consent', 'EXSTDTC', 'exposure_before_consent', 'the administration is dated before the informed consent in DM'),
    ],
) }}
