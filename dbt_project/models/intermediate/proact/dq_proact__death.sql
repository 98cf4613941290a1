{% set records %}(
        select
            {{ proact_usubjid('deathdata.subject_id') }} as usubjid,
            word.meaning as died,
            deathdata.subject_died,
            deathdata.death_day,
            deathdata._file,
            deathdata._line
        from {{ ref('stg_proact__deathdata') }} as deathdata
        left join {{ words_of('proact', 'deathdata', 'Subject_Died') }} as word
            on deathdata.subject_died = word.value
    ) as records{% endset %}
{% set subjects %}(
        select *, death_src_file as _file, death_src_line as _line from {{ ref('int_proact__vital_status') }}
    ) as subjects{% endset %}
{{ data_queries_of('PROACT', [
    finding(records, outside_limits('death_day', 'death_day'), 'deathdata', 'Death_Days', 'death_day_out_of_range',
        'cast(death_day as string)', limits_text('death_day')),
    finding(records, "died = 'NOT DIED' and death_day is not null", 'deathdata', 'Death_Days', 'death_day_without_death',
        'cast(death_day as string)', "'no day of death for a subject recorded as not died'"),
    finding(records, "subject_died is null and death_day is not null", 'deathdata', 'Subject_Died', 'death_day_without_status',
        'cast(death_day as string)', "'Yes; the subject is taken to have died'"),
    finding(subjects, "vital_status = 'DIED' and death_day is null", 'deathdata', 'Death_Days', 'death_undated',
        'null', "'the day of death'"),
    finding(subjects, "death_conflict = 'Y'", 'deathdata', 'Death_Days', 'death_records_differ',
        "'day used ' || coalesce(cast(death_day as string), 'none')",
        "'one vital status and one day of death; a death outranks a survival, the earliest day others'"),
    finding(subjects, "visit_after_death = 'Y'", 'deathdata', 'Death_Days', 'visit_after_death',
        "'death on day ' || cast(death_day as string) || ', ' || last_src_table || ' on day '
        || cast(last_visit_day as string)", "'no visit after death'"),
]) }}
