{% set records = ref('int_proact__als_history_record') %}
{% set history = ref('int_proact__als_history') %}
{% set without_onset %}(
        select demographics.usubjid, demographics._file, demographics._line
        from {{ ref('int_proact__demographics') }} as demographics
        left join
            (
                select distinct usubjid, true as is_delivered
                from {{ records }}
                where onset_day_delivered is not null
            ) as onset
            on demographics.usubjid = onset.usubjid
        where onset.is_delivered is null
    ) as without_onset{% endset %}
{{ data_queries_of('PROACT', [
    finding(without_onset, 'true', 'alshistory', 'Onset_Delta', 'onset_missing', 'null', "'the day of symptom onset'"),
    finding(records, 'onset_day_delivered is not null and onset_day is null', 'alshistory', 'Onset_Delta',
        'onset_impossible', 'cast(onset_day_delivered as string)',
        "'a day after birth, at most 50 years before day 0 and not after it'"),
    finding(records, 'diagnosis_day_delivered is not null and diagnosis_day is null', 'alshistory', 'Diagnosis_Delta',
        'diagnosis_impossible', 'cast(diagnosis_day_delivered as string)',
        "'a day after birth, at most 50 years before day 0 and not after it'"),
    finding(history, 'onset_day > -30', 'alshistory', 'Onset_Delta', 'onset_within_30_days_of_day_0',
        'cast(onset_day as string)', "'a day more than 30 days before day 0; the value is kept'"),
    finding(history, 'onset_day <> latest_onset_day', 'alshistory', 'Onset_Delta', 'onset_days_differ',
        "cast(onset_day as string) || ' and ' || cast(latest_onset_day as string)",
        "'one day of onset; the earliest is used'"),
    finding(history, 'diagnosis_day_recorded <> latest_diagnosis_day', 'alshistory', 'Diagnosis_Delta',
        'diagnosis_days_differ',
        "cast(diagnosis_day_recorded as string) || ' and ' || cast(latest_diagnosis_day as string)",
        "'one day of diagnosis; the earliest is used'"),
    finding(history, 'diagnosis_day_recorded < onset_day', 'alshistory', 'Diagnosis_Delta', 'diagnosis_before_onset',
        "'diagnosis ' || cast(diagnosis_day_recorded as string) || ', onset ' || cast(onset_day as string)",
        "'diagnosis on or after the day of onset'"),
    finding(history, 'site_from_text <> site_from_flags', 'alshistory', 'Site_of_Onset', 'onset_sites_differ',
        "'text ' || site_from_text || ', flags ' || site_from_flags", "'one site of onset; the text is used'"),
]) }}
