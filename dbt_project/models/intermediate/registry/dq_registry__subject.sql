{{ config(materialized='view') }}
-- What is asked of every subject, in the registry as in PRO-ACT: age, sex, onset and diagnosis; and what a
-- subject's records
-- leave open or contradict.
with
    asked as (

        select
            subject.*,
            dm.birth_year,
            dm.sex_unknown,
            dm._uncastable as uncastable,
            history.latest_onset_date,
            history.diagnosis_date_recorded,
            history.latest_diagnosis_date,
            history.before_birth,
            extract(year from subject.index_date) - dm.birth_year as years_since_birth
        from {{ ref('int_registry__subject') }} as subject
        inner join {{ ref('int_registry__history') }} as history on subject.usubjid = history.usubjid
        inner join {{ ref('int_registry__timeline') }} as timeline on subject.usubjid = timeline.usubjid
        inner join {{ ref('stg_registry__dm') }} as dm on timeline.pseudonym = dm.usubjid

    ),

    undated as (

        select timeline.usubjid, fact.fact, fact._file, fact._line
        from {{ ref('int_registry__fact') }} as fact
        inner join {{ ref('int_registry__timeline') }} as timeline on fact.usubjid = timeline.pseudonym
        where fact.fact in ('TRACHEOSTOMY', 'INVASIVE VENTILATION', 'HARVEST') and fact.start_date is null

    ),

    finding as (

        {{ registry_finding('asked', 'dm', 'AGE', 'age_missing', "age is null and coalesce(uncastable, '') not like '%AGE%'", 'null', "'age in years, or year of birth'") }}
        union all
        {{ registry_finding('asked', 'dm', 'AGE', 'age_differs_from_birth_year',
        "age_derived_flag is null and (age > years_since_birth + 1 or age < years_since_birth - 2)",
        number_text('age'), "'an age that the year of birth allows'") }}
        union all
        {{ registry_finding('asked', 'dm', 'SEX', 'sex_missing_or_unknown', 'sex is null and sex_unknown is null', 'null',
        "'M or F'") }}
        union all
        {{ registry_finding('asked', 'mh', 'MHSTDTC', 'onset_missing', 'onset_date is null and before_birth is null', 'null',
        "'the date of symptom onset, partial if need be'") }}
        union all
        {{ registry_finding('asked', 'mh', 'MHSTDTC', 'onset_dates_differ', 'onset_date <> latest_onset_date',
        "cast(onset_date as string) || ' and ' || cast(latest_onset_date as string)",
        "'one date of onset; the earliest is used'") }}
        union all
        {{ registry_finding('asked', 'mh', 'MHSTDTC', 'onset_within_30_days_of_index', 'onset_day between -29 and 0',
        'cast(onset_day as string)', "'an onset more than 30 days before the index; it is kept'") }}
        union all
        {{ registry_finding('asked', 'mh', 'MHSTDTC', 'diagnosis_dates_differ', 'diagnosis_date_recorded <> latest_diagnosis_date',
        "cast(diagnosis_date_recorded as string) || ' and ' || cast(latest_diagnosis_date as string)",
        "'one date of diagnosis; the earliest is used'") }}
        union all
        {{ registry_finding('asked', 'mh', 'MHSTDTC', 'history_before_birth', 'before_birth is not null', 'before_birth',
        "'a date after birth and within fifty years before the index; it is not used'") }}
        union all
        {{ registry_finding('asked', 'ds', 'DSDECOD', 'screen_failure_with_doses', "dosed_after_failure = 'Y'",
        "'screen failure, ' || coalesce(cast(n_dose as string), 'uncounted') || ' doses'",
        "'one of the two; the subject counts as treated'") }}
        union all
        {{ registry_finding('undated', 'pr', 'PRSTDTC', 'procedure_undated', '1 = 1', 'fact',
        "'the date of the procedure, partial if need be; until then it ends nothing'") }}

    )

    {{ data_queries('finding', 'registry') }}
