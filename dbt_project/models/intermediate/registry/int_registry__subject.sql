with
    dose as (

        select
            usubjid,
            cast(count(date) as int) as n_dose,
            cast(max(cycle) as int) as n_cycle,
            max(coalesce(span_end_date, date)) as last_dose_date,
            max(coalesce(span_end_date, date_latest)) as last_dose_date_latest
        from {{ ref('int_registry__injection') }}
        group by usubjid

    ),

    -- What the arm means: ARM by its words, ARMCD and ARMNRS where ARM is blank.
    arm as (

        select
            usubjid,
            case
                when arm_filled = 'Y'
                then arm
                when arm_code_unknown is null
                then coalesce(arm_code, arm_null_reason)
            end as meaning,
            case
                when 'SCREEN FAILURE' in (arm, arm_code, arm_null_reason) then 'Y' else 'N'
            end as screen_failure
        from {{ ref('stg_registry__dm') }}

    )

select
    timeline.usubjid,
    timeline.studyid,
    subject.subjid,
    subject.siteid,
    cast('REGISTRY' as string) as source,
    subject.country,
    {{ registry_age('subject', 'timeline.index_date') }} as age,
    case when subject.age is null and subject.birth_year is not null then 'Y' end as age_derived_flag,
    subject.sex,
    subject.race,
    subject.arm_planned,
    subject.arm_actual,
    case
        when arm.meaning = 'STUDY PRODUCT' then 'Y' when arm.meaning in ('PLACEBO', 'CONTROL') then 'N'
    end as arm_is_study_product,
    timeline.index_date,
    timeline.index_date_flag,
    timeline.index_event,
    timeline.consent_date,
    history.onset_day,
    history.onset_date,
    history.onset_date_flag,
    history.diagnosis_day,
    history.diagnosis_date,
    history.diagnosis_date_flag,
    timeline.harvest_day,
    timeline.harvest_date,
    timeline.harvest_date_flag,
    timeline.first_dose_day,
    timeline.first_dose_date,
    timeline.first_dose_date_flag,
    {{ days_between('timeline.index_date', 'dose.last_dose_date') }} as last_dose_day,
    dose.last_dose_date,
    {{ date_flag('dose.last_dose_date', 'dose.last_dose_date_latest') }} as last_dose_date_flag,
    case when coalesce(exposure.count_known, 'Y') = 'Y' then coalesce(dose.n_dose, 0) end as n_dose,
    coalesce(exposure.first_known, 'Y') as first_dose_known,
    coalesce(dose.n_cycle, 0) as n_cycle,
    history.onset_site,
    history.el_escorial,
    history.riluzole,
    history.riluzole_start_day,
    history.edaravone,
    history.family_history,
    height.height_cm,
    -- Whoever is given the product after all did not fail the screening that counts.
    case
        when dose.usubjid is not null
        then 'N'
        when arm.screen_failure = 'Y' or disposition.screen_failure = 'Y'
        then 'Y'
        else 'N'
    end as screen_failure,
    case
        when dose.usubjid is not null and (arm.screen_failure = 'Y' or disposition.screen_failure = 'Y')
        then 'Y'
        else 'N'
    end as dosed_after_failure,
    timeline.withdrawal_request,
    timeline.stop_day as withdrawal_day,
    timeline.stop_undated as withdrawal_undated,
    disposition.eos_status,
    disposition.eos_day,
    disposition.eos_date,
    disposition.eos_date_flag,
    disposition.discontinuation_reason,
    timeline.cut_day,
    cast(null as int) as treatment_group_delta,
    subject._file,
    subject._line
from {{ ref('int_registry__timeline') }} as timeline
inner join {{ ref('stg_registry__dm') }} as subject on timeline.pseudonym = subject.usubjid
inner join {{ ref('int_registry__history') }} as history on timeline.usubjid = history.usubjid
inner join {{ ref('int_registry__disposition') }} as disposition on timeline.usubjid = disposition.usubjid
left join arm on timeline.pseudonym = arm.usubjid
left join {{ ref('int_registry__exposure') }} as exposure on timeline.pseudonym = exposure.usubjid
left join dose on timeline.usubjid = dose.usubjid
left join {{ ref('int_registry__height') }} as height on timeline.usubjid = height.usubjid
