{{ config(materialized='view') }}
{{ cohort_union('adverse_event', [
    'usubjid', 'ae_seq', 'ae_decod', 'ae_bodsys', 'severity', 'toxicity_grade', 'serious_delivered',
    'serious', 'ser_death', 'ser_lifethreat', 'ser_hosp', 'ser_disab', 'ser_congenital', 'ser_other', 'causality_raw',
    'causality_group', 'action_taken', 'outcome', 'start_date', 'start_date_latest', 'start_date_flag', 'start_day', 'end_date',
    'end_date_latest', 'end_date_flag', 'end_day', 'dictionary_version', '_file', '_line',
]) }}
