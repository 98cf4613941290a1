{{ config(materialized='view') }}
with
    course as (

        select
            subject.*,
            vital.death_date,
            vital.death_date_flag,
            vital.death_date_latest,
            vital.latest_death_date,
            vital.other_death_date,
            vital.death_precedes,
            vital.set_aside_date,
            vital.preceded_date,
            vital.alive_after_death_date,
            vital.vital_status,
            history.diagnosis_date_recorded,
            history.diagnosis_date_latest
        from {{ ref('int_registry__subject') }} as subject
        inner join {{ ref('int_registry__vital_status') }} as vital on subject.usubjid = vital.usubjid
        inner join {{ ref('int_registry__history') }} as history on subject.usubjid = history.usubjid

    ),

    later_injection as (

        select timeline.usubjid, given.date, death.date as death_date, given._file, given._line
        from {{ ref('int_registry__administration') }} as given
        inner join {{ ref('int_registry__timeline') }} as timeline on given.usubjid = timeline.pseudonym
        inner join {{ ref('int_registry__death') }} as death on timeline.usubjid = death.usubjid
        where given.date > death.date_latest

    ),

    lone_contact as (

        select usubjid, date, previous_date, min(_file) as _file, min(_line) as _line
        from {{ ref('int_registry__contact') }}
        where is_lone = 'Y'
        group by usubjid, date, previous_date

    ),

    dm as (select studyid || '-' || usubjid as subject_key, * from {{ ref('stg_registry__dm') }}),

    shared_number as (

        select studyid, siteid, subjid
        from {{ ref('stg_registry__dm') }}
        where subjid is not null
        group by studyid, siteid, subjid
        having count(*) > 1

    ),

    numbered_twice as (

        select dm.*
        from dm
        inner join
            shared_number
            on dm.studyid = shared_number.studyid
            and coalesce(dm.siteid, '') = coalesce(shared_number.siteid, '')
            and dm.subjid = shared_number.subjid

    ),

    withdrawal as (

        select withdrawals.*, dm.subject_key
        from {{ ref('stg_registry__withdrawals') }} as withdrawals
        left join dm on withdrawals.usubjid = dm.usubjid

    ),

    finding as (

        {{ registry_finding('course', 'dm', 'DTHDTC', 'two_dates_of_death', 'other_death_date is not null',
        "cast(death_date as string) || ' and ' || cast(other_death_date as string)",
        "'one date of death; the earlier counts, the later is the bound of the sensitivity analysis'") }}
        union all
        {% for event, rule in [('HARVEST', 'death_before_harvest'), ('FIRST INJECTION', 'death_before_injection')] %}
            {{ registry_finding('course', 'dm', 'DTHDTC', rule, "death_precedes = '" ~ event ~ "'",
        "cast(set_aside_date as string) || ' before ' || cast(preceded_date as string)",
        "'death on or after the " ~ (event | lower) ~ "; the death counts as undated'") }}
            union all
        {% endfor %}
        {{ registry_finding('course', 'dm', 'DTHDTC', 'death_before_onset', 'death_date_latest < onset_date',
        "cast(death_date as string) || ' before ' || cast(onset_date as string)", "'death on or after symptom onset'") }}
        union all
        {{ registry_finding('later_injection', 'ex', 'EXSTDTC', 'injection_after_death', 'true',
        "cast(date as string) || ' after ' || cast(death_date as string)",
        "'no administration after death; it is not counted'") }}
        union all
        {{ registry_finding('course', 'dm', 'DTHDTC', 'alive_after_death', 'alive_after_death_date is not null',
        "'alive ' || cast(alive_after_death_date as string) || ', died ' || cast(death_date as string)",
        "'no record of life after death; the death stands'") }}
        union all
        {{ registry_finding('course', 'dm', 'DTHDTC', 'death_date_partial', 'death_date_flag is not null',
        "cast(death_date as string) || ' to ' || cast(latest_death_date as string)",
        "'the day of death; until then it counts as the first of these days'") }}
        union all
        {{ registry_finding('course', 'ex', 'EXSTDTC', 'index_partial', 'index_date_flag is not null',
        "'at latest ' || cast(index_date as string)",
        "'the day of the first injection or harvest; by default the subject has no place in time-to-event until then'") }}
        union all
        {{ registry_finding('lone_contact', 'dm', 'USUBJID', 'lone_visit', 'true',
        "cast(date as string) || ' after ' || cast(previous_date as string)",
        "'a date within two years of the one before; not used as the last day alive'") }}
        union all
        {{ registry_finding('course', 'dm', 'DTHDTC', 'death_undated', "vital_status = 'DIED' and death_date is null",
        'null', "'the date of death, partial if need be'") }}
        union all
        {{ registry_finding('course', 'mh', 'MHSTDTC', 'diagnosis_before_onset', 'diagnosis_date_latest < onset_date',
        "cast(diagnosis_date_recorded as string) || ' before ' || cast(onset_date as string)",
        "'diagnosis on or after symptom onset'") }}
        union all
        {{ registry_finding('course', 'mh', 'MHSTDTC', 'onset_after_index', 'onset_day > 0',
        "cast(onset_date as string) || ' after ' || cast(index_date as string)",
        "'symptom onset before harvest and treatment'") }}
        union all
        {{ registry_finding('course', 'pr', 'PRSTDTC', 'harvest_after_injection', 'first_dose_date < harvest_date',
        "cast(harvest_date as string) || ' after ' || cast(first_dose_date as string)",
        "'a harvest on or before the first injection'") }}
        union all
        {{ registry_finding('course', 'withdrawals', 'DATE', 'stop_undated',
        "withdrawal_request = 'STOP' and withdrawal_undated = 'Y'", 'null', "'the date of the request'") }}
        union all
        {{ registry_finding('course', 'dm', 'RFICDTC', 'index_missing', 'index_date is null', 'null',
        "'an injection, a harvest, RFSTDTC or a date of consent'") }}
        union all
        {{ registry_finding('dm', 'dm', 'DTHFL', 'death_flag_contradicts', "death_date is not null and coalesce(death_flag, 'N') <> 'Y'",
        'death_flag', "'Y, since DTHDTC is filled'", usubjid='subject_key') }}
        union all
        {{ registry_finding('numbered_twice', 'dm', 'SUBJID', 'subject_number_shared', '1 = 1', 'null',
        "'one subject per site and SUBJID'", usubjid='subject_key') }}
        union all
        {{ registry_finding('withdrawal', 'withdrawals', 'USUBJID', 'unknown_subject', "subject_key is null and request = 'STOP'",
        'request', "'a subject of DM'") }}

    )

    {{ data_queries('finding', 'registry') }}
