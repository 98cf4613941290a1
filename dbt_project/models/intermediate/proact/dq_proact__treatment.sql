{% set untreated %}(
        select demographics.usubjid, demographics._file, demographics._line
        from {{ ref('int_proact__demographics') }} as demographics
        left join {{ ref('int_proact__treatment') }} as treatment
            on demographics.usubjid = treatment.usubjid
        where treatment.usubjid is null
    ) as untreated{% endset %}
{% set treatment = ref('int_proact__treatment') %}
{{ data_queries_of('PROACT', [
    finding(untreated, 'true', 'treatment', 'Study_Arm', 'no_treatment_record', 'null', "'Active or Placebo'"),
    finding(treatment, 'lowest_arm <> highest_arm', 'treatment', 'Study_Arm', 'arms_differ',
        "'two arms'", "'one arm; neither is used'"),
    finding(treatment, "arm is null and (lowest_arm is null or lowest_arm = highest_arm)", 'treatment', 'Study_Arm',
        'arm_unknown', shown('lowest_arm'), "'Active or Placebo'"),
    finding(treatment, 'abs(treatment_group_delta) > 365', 'treatment', 'Treatment_Group_Delta',
        'assignment_far_from_day_0', 'cast(treatment_group_delta as string)', "'within a year of day 0; the value is kept'"),
    finding(treatment, 'earliest_delta <> latest_delta', 'treatment', 'Treatment_Group_Delta', 'assignment_days_differ',
        "'day ' || cast(earliest_delta as string) || ' and day ' || cast(latest_delta as string)",
        "'one day of assignment; neither is used'"),
    finding(ref('int_proact__riluzole'), "riluzole_conflict = 'Y'", 'riluzole', 'Subject_used_Riluzole',
        'riluzole_records_differ', "'Yes and No'", "'one answer; the last by day 0 is used, else the first up to 14 days after'"),
    finding(ref('int_proact__riluzole'), 'riluzole is null', 'riluzole', 'Subject_used_Riluzole', 'riluzole_unknown',
        'null', "'Yes or No'"),
    finding(ref('int_proact__el_escorial'), 'el_escorial is null', 'elescorial', 'el_escorial',
        'category_unknown', shown('el_escorial_delivered'), "'Definite, Probable, Probable Laboratory Supported, Possible or Suspected'"),
]) }}
