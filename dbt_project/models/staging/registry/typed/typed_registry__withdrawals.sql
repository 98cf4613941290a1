{{ config(materialized='table') }}
{%- set columns = [
    ('usubjid', 'text', 'USUBJID'),
    ('request', 'code', 'REQUEST'),
    ('request_date', 'date', 'DATE'),
] -%}
{{ registry_typed_records(
    'withdrawals', columns,
    known_subject=false,
    erasable=false,
    rejections=[
        ("request is null or request not in ('STOP', 'ERASE')", 'REQUEST', 'request_unknown', 'REQUEST is neither STOP nor ERASE'),
    ],
) }}
