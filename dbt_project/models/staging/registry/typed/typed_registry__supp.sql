{{ config(materialized='table') }}
{%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('parent_domain', 'unread', 'RDOMAIN'),
    ('usubjid', 'text', 'USUBJID'),
    ('id_variable', 'unread', 'IDVAR'),
    ('id_value', 'unread', 'IDVARVAL'),
    ('qualifier', 'unread', 'QNAM'),
    ('qualifier_value', 'filled', 'QVAL'),
    ('origin', 'unread', 'QORIG'),
] -%}
{{ registry_typed_records(
    'supp', columns,
    marks=[('outcome', "coalesce(qualifier.outcome, 'NOT READ')")],
    carry=['outcome'],
    joins='left join (select _file, _line, min(outcome) as outcome from ' ~ ref('stg_registry__qualifier')
        ~ ' group by _file, _line) as qualifier on record._file = qualifier._file and record._line = qualifier._line',
) }}
