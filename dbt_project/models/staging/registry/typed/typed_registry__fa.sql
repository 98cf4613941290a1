{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', 'FASEQ'),
    ('test_code', 'fact', 'FATESTCD'),
    ('test', 'fact', 'FATEST'),
    ('object', 'fact', 'FAOBJ'),
    ('category', 'unread', 'FACAT'),
    ('result_collected', 'fact', 'FAORRES', 'el_escorial'),
    ('result_text', 'fact', 'FASTRESC', 'el_escorial'),
    ('site_collected', 'term', 'FAORRES', 'onset_site'),
    ('site_text', 'term', 'FASTRESC', 'onset_site'),
    ('answer_collected', 'term', 'FAORRES', 'yes_no'),
    ('answer_text', 'term', 'FASTRESC', 'yes_no'),
    ('status', 'term', 'FASTAT'),
    ('collected_date', 'date', 'FADTC'),
] -%}
{%- set result = 'coalesce(record.FASTRESC, record.FAORRES)' -%}
{%- set result_is_possible = "result_read.earliest >= cast('1900-01-01' as date)"
    ~ ' and (result_read.earliest <= cut.data_cut or cut.data_cut is null)' -%}
{{ registry_typed_records(
    'fa', columns,
    marks=[
        ('result_date', 'case when ' ~ result_is_possible ~ ' then result_read.earliest end'),
        ('result_date_latest', 'case when ' ~ result_is_possible
            ~ ' then least(result_read.latest, coalesce(cut.data_cut, result_read.latest)) end'),
        ('result_date_flag', 'case when ' ~ result_is_possible ~ ' then result_read.flag end'),
        ('result_shown', shown(result)),
    ],
    carry=['result_date', 'result_date_latest', 'result_date_flag', 'result_shown'],
    joins='left join ' ~ ref('stg_registry__date') ~ ' as result_read on ' ~ result ~ ' = result_read.delivered',
) }}
