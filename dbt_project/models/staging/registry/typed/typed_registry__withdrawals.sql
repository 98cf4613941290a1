{{ config(materialized='table') }}
{%- set columns = [
    ('usubjid', 'text', 'USUBJID'),
    ('request', 'term', 'REQUEST'),
    ('request_date', 'any_date', 'DATE'),
] -%}
{{ registry_typed_records(
    'withdrawals', columns,
    known_subject=false,
    erasable=false,
    marks=[
        ('request_shape', shape_of('record.REQUEST')),
        ('after_cut', "case when request_date_read.earliest > cut.data_cut then 'Y' else 'N' end"),
    ],
    carry=['request_shape', 'after_cut'],
    rejections=[
        ("request is null", 'REQUEST', 'request_unknown', 'REQUEST is neither STOP nor ERASE in any known spelling; teach the word in landing/registry/terms.csv'),
    ],
) }}
