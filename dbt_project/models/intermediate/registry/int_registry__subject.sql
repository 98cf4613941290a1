with
    dose as (

        select usubjid, cast(count(date) as int) as n_dose, cast(max(cycle) as int) as n_cycle
        from {{ ref('int_registry__injection') }}
        group by usubjid

    ),

    height as (

        select usubjid, value as height_cm
        from
            (
                select
                    usubjid,
                    value,
                    row_number() over (partition by usubjid order by day, value, _file, _line) as choice
                from {{ ref('int_registry__measurement') }}
                where paramcd = 'HEIGHT'
            ) as heights
        where choice = 1

    ),

    arm as (

        select
            subject.usubjid,
            max(
                case when upper(subject.arm_planned) like upper(map.pattern) then 'Y' else 'N' end
            ) as planned_other,
            max(
                case
                    when
                        subject.arm_code = 'SCRNFAIL'
                        or upper(subject.arm_null_reason) like 'SCREEN FAILURE%'
                        or upper(subject.arm_planned) like 'SCREEN FAILURE%'
                    then 'Y'
                    else 'N'
                end
            ) as screen_failure
        from {{ ref('stg_registry__dm') }} as subject
        left join {{ ref('registry_term') }} as map on map.domain = 'DM' and map.fact = 'OTHER ARM'
        group by subject.usubjid

    )

select
    timeline.usubjid,
    timeline.studyid,
    subject.subjid,
    subject.siteid,
    cast('REGISTRY' as string) as source,
    subject.country,
    case
        when coalesce(subject.age_unit, 'YEARS') not in ('YEARS', 'YEAR', 'Y')
        then null
        else
            coalesce(subject.age, cast(extract(year from timeline.index_date) - subject.birth_year as double))
    end as age,
    case when subject.age is null and subject.birth_year is not null then 'Y' end as age_derived_flag,
    case
        subject.sex when 'M' then 'M' when 'MALE' then 'M' when 'F' then 'F' when 'FEMALE' then 'F'
    end as sex,
    subject.race,
    subject.arm_planned,
    subject.arm_actual,
    case when arm.planned_other = 'Y' then 'N' else 'Y' end as arm_is_study_product,
    timeline.index_date,
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
    timeline.first_dose_day,
    timeline.first_dose_date,
    timeline.last_dose_day,
    timeline.last_dose_date,
    coalesce(dose.n_dose, 0) as n_dose,
    coalesce(dose.n_cycle, 0) as n_cycle,
    history.onset_site,
    history.el_escorial,
    history.riluzole,
    history.riluzole_start_day,
    history.edaravone,
    history.family_history,
    height.height_cm,
    case
        when arm.screen_failure = 'Y' or disposition.screen_failure = 'Y' then 'Y' else 'N'
    end as screen_failure,
    timeline.withdrawal_request,
    timeline.stop_day as withdrawal_day,
    timeline.stop_undated as withdrawal_undated,
    disposition.eos_status,
    disposition.eos_day,
    disposition.eos_date,
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
left join dose on timeline.usubjid = dose.usubjid
left join height on timeline.usubjid = height.usubjid
