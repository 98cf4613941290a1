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
        number_text('death_day'), limits_text('death_day')),
    finding(records, "died = 'NOT DIED' and death_day is not null", 'deathdata', 'Death_Days', 'death_day_without_death',
        number_text('death_day'), "'no day of death beside No; the vital status counts as not recorded'"),
    finding(records, "subject_died is null and death_day is not null", 'deathdata', 'Subject_Died', 'death_day_without_status',
        number_text('death_day'), "'Yes; the subject is taken to have died'"),
    finding(subjects, "vital_status = 'DIED' and death_day is null", 'deathdata', 'Death_Days', 'death_undated',
        'null', "'the day of death'"),
    finding(records, 'death_day <> floor(death_day)', 'deathdata', 'Death_Days', 'death_day_fractional',
        number_text('death_day'), "'a whole day; the day that had begun is used'"),
    finding(subjects, "status_differs = 'Y'", 'deathdata', 'Subject_Died', 'vital_status_differs',
        'vital_status', "'one vital status; a death outranks a survival'"),
    finding(subjects, 'last_reported_death_day > death_day', 'deathdata', 'Death_Days', 'two_days_of_death',
        "'day ' || cast(death_day as string) || ' and day ' || cast(last_reported_death_day as string)",
        "'one day of death; the earlier counts, the later is the bound of the sensitivity analysis'"),
    finding(subjects, "visit_after_death = 'Y'", 'deathdata', 'Death_Days', 'visit_after_death',
        "'death on day ' || cast(death_day as string) || ', ' || last_src_table || ' on day '
        || cast(last_visit_day as string)", "'no visit after death'"),
]) }}
