{{ config(materialized='view') }}
{{ cohort_union('measurement', [
    'usubjid', 'paramcd', 'param', 'day', 'date', 'date_flag', 'value', 'unit', 'derived_flag', 'derivation',
    'src_table', '_file', '_line',
]) }}
