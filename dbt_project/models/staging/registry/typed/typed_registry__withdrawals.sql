{{ config(materialized='table') }}
{%- set columns = [
    ('usubjid', 'text', 'USUBJID'),
    ('request', 'term', 'REQUEST'),
    ('request_date', 'date', 'DATE'),
] -%}
{{ registry_typed_records(
    'withdrawals', columns,
    known_subject=false,
    erasable=false,
    rejections=[
        ("request is null", 'REQUEST', 'request_unknown', 'REQUEST is neither STOP nor ERASE in any known spelling; teach the word in landing/registry/terms.csv'),
    ],
) }}
