{{ config(materialized='view') }}
with
    course as (

        select
            subject.*,
            vital.death_date,
            vital.death_day,
            vital.vital_status,
            vital.last_alive_date,
            vital.last_src_table,
            exclusion.reason,
            history.diagnosis_date_latest as latest_diagnosis_date
        from {{ ref('int_registry__subject') }} as subject
        inner join {{ ref('int_registry__vital_status') }} as vital on subject.usubjid = vital.usubjid
        inner join {{ ref('int_cohort__time_exclusion') }} as exclusion on subject.usubjid = exclusion.usubjid
        inner join {{ ref('int_registry__history') }} as history on subject.usubjid = history.usubjid

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

        {{ registry_finding('course', 'dm', 'DTHDTC', 'two_dates_of_death', "reason = 'two dates of death'",
        'death_date', "'one date of death in DM and DS'") }}
        union all
        {{ registry_finding('course', 'dm', 'DTHDTC', 'death_before_harvest', 'death_date < harvest_date',
        "cast(death_date as string) || ' before ' || cast(harvest_date as string)", "'death on or after the harvest'") }}
        union all
        {{ registry_finding('course', 'ex', 'EXSTDTC', 'injection_after_death', 'death_date < last_dose_date',
        "cast(last_dose_date as string) || ' after ' || cast(death_date as string)", "'no administration after death'") }}
        union all
        {{ registry_finding('course', 'dm', 'DTHDTC', 'death_before_onset', 'death_date < onset_date',
        "cast(death_date as string) || ' before ' || cast(onset_date as string)", "'death on or after symptom onset'") }}
        union all
        {{ registry_finding('course', 'dm', 'DTHDTC', 'alive_after_death', 'death_date < last_alive_date',
        "'alive ' || cast(last_alive_date as string) || ' in ' || last_src_table || ', died ' || cast(death_date as string)",
        "'no record of life after death'") }}
        union all
        {{ registry_finding('course', 'dm', 'DTHDTC', 'death_undated', "vital_status = 'DIED' and death_date is null",
        'null', "'the date of death, partial if need be'") }}
        union all
        {{ registry_finding('course', 'mh', 'MHSTDTC', 'diagnosis_before_onset', 'latest_diagnosis_date < onset_date',
        "cast(diagnosis_date as string) || ' before ' || cast(onset_date as string)",
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
