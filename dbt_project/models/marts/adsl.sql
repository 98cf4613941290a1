with
    subject as (select * from {{ ref('int_cohort__subject') }}),

    treatment as (

        select
            subject.usubjid,
            case
                when subject.source = 'PROACT' and upper(subject.arm_planned) = 'PLACEBO'
                then 0
                when subject.source = 'PROACT' and upper(subject.arm_planned) = 'ACTIVE'
                then 2
                when subject.source = 'PROACT'
                then null
                when subject.n_dose > 0 or subject.harvest_date is not null
                then 1
                when subject.screen_failure = 'Y'
                then null
                when registry.arm_is_study_product = 'Y' and subject.arm_planned is not null
                then 1
                when subject.arm_planned is not null
                then 3
            end as planned,
            case
                when subject.source = 'PROACT' and upper(subject.arm_actual) = 'PLACEBO'
                then 0
                when subject.source = 'PROACT' and upper(subject.arm_actual) = 'ACTIVE'
                then 2
                when subject.source = 'REGISTRY' and subject.first_dose_date is not null
                then 1
            end as actual
        from subject
        left join {{ ref('int_registry__subject') }} as registry on subject.usubjid = registry.usubjid

    ),

    dose as (

        select usubjid, max(cycle) as n_cycle from {{ ref('int_registry__injection') }} group by usubjid

    ),

    baseline as (select * from {{ ref('int_cohort__covariate') }} where anchor = 'BASELINE'),

    -- Controls have one anchor: their covariates "at harvest" are those at baseline. A treated subject
    -- without a harvest
    -- on record has none at harvest.
    at_harvest as (

        select *
        from {{ ref('int_cohort__covariate') }}
        where anchor = 'HARVEST'
        union all
        select baseline.*
        from baseline
        inner join subject on baseline.usubjid = subject.usubjid
        where subject.source = 'PROACT'

    )

select
    cast(subject.studyid as string) as studyid,
    cast(subject.usubjid as string) as usubjid,
    cast(subject.subjid as string) as subjid,
    cast(subject.siteid as string) as siteid,
    cast(subject.source as string) as source,
    cast(subject.country as string) as country,
    cast(subject.age as double) as age,
    cast(subject.sex as string) as sex,
    cast(subject.race as string) as race,
    cast(subject.arm_planned as string) as arm,
    cast(subject.arm_actual as string) as actarm,
    cast({{ treatment_label('treatment.planned') }} as string) as trt01p,
    cast(treatment.planned as int) as trt01pn,
    cast({{ treatment_label('treatment.actual') }} as string) as trt01a,
    cast(treatment.actual as int) as trt01an,
    cast(case when treatment.actual = 1 then 'Y' else 'N' end as string) as saffl,
    cast(
        case
            when treatment.actual is not null and coalesce(vital.death_day, vital.last_visit_day) > 0
            then 'Y'
            else 'N'
        end as string
    ) as fasfl,
    cast(subject.screen_failure as string) as scrffl,
    cast(subject.index_date as date) as indexdt,
    cast(subject.first_dose_date as date) as trtsdt,
    cast(subject.last_dose_date as date) as trtedt,
    cast(subject.harvest_date as date) as harvdt,
    cast(subject.onset_date as date) as onsetdt,
    cast(subject.onset_date_flag as string) as onsetdtf,
    cast(subject.diagnosis_date as date) as diagdt,
    cast(subject.diagnosis_date_flag as string) as diagdtf,
    cast(subject.onset_day as int) as onsetdy,
    cast(subject.diagnosis_day as int) as diagdy,
    cast(subject.harvest_day as int) as harvdy,
    cast(case when subject.source = 'REGISTRY' then subject.first_dose_day end as int) as trtsdy,
    cast(case when subject.source = 'REGISTRY' then subject.last_dose_day end as int) as trtedy,
    cast(subject.cut_day as int) as cutdy,
    cast(baseline.symptom_days as int) as sympdurd,
    cast(baseline.symptom_months as double) as sympdurm,
    cast(baseline.diagnostic_delay_days as int) as diagdeld,
    cast(baseline.diagnostic_delay_months as double) as diagdelm,
    cast(baseline.since_diagnosis_months as double) as diagdurm,
    cast(subject.onset_site as string) as onsetsit,
    cast(
        case when subject.onset_site = 'BULBAR' then 1 when subject.onset_site is not null then 0 end as int
    ) as bulbar,
    cast(baseline.alsfrsr as double) as alsfrsr,
    cast(baseline.alsfrsr_day as int) as alsfrsdy,
    cast(baseline.alsfrs as double) as alsfrs,
    cast(baseline.progression_rate as double) as dfrs,
    cast(baseline.slope_per_month as double) as slope,
    cast(baseline.fvcpp as double) as fvcpp,
    cast(baseline.fvcpp_derived_flag as string) as fvcppdfl,
    cast(baseline.svcpp as double) as svcpp,
    cast(baseline.vcpp as double) as vcpp,
    cast(baseline.riluzole as int) as riluzole,
    cast(case subject.edaravone when 'Y' then 1 when 'N' then 0 end as int) as edaravon,
    cast(subject.el_escorial as string) as elescor,
    cast(baseline.bmi as double) as bmi,
    cast(baseline.height as double) as height,
    cast(baseline.weight as double) as weight,
    cast(subject.family_history as string) as famhx,
    cast(at_harvest.age as double) as ageh,
    cast(at_harvest.symptom_days as int) as sympdrdh,
    cast(at_harvest.symptom_months as double) as sympdrmh,
    cast(at_harvest.alsfrsr as double) as alsfrsrh,
    cast(at_harvest.progression_rate as double) as dfrsh,
    cast(at_harvest.slope_per_month as double) as slopeh,
    cast(at_harvest.fvcpp as double) as fvcpph,
    cast(at_harvest.vcpp as double) as vcpph,
    cast(at_harvest.riluzole as int) as riluzolh,
    cast(at_harvest.weight as double) as weighth,
    cast(at_harvest.bmi as double) as bmih,
    cast(at_harvest.since_diagnosis_months as double) as diagdrmh,
    cast(vital.vital_status as string) as vitstat,
    cast(case when vital.vital_status = 'DIED' then 'Y' end as string) as dthfl,
    cast(vital.death_date as date) as dthdt,
    cast(vital.death_date_flag as string) as dthdtf,
    cast(vital.death_day as int) as dthdy,
    cast(
        case when vital.vital_status = 'DIED' and vital.death_day is null then 'Y' end as string
    ) as dthundfl,
    cast(vital.last_alive_date as date) as lstalvdt,
    cast(vital.last_alive_day as int) as lstalvdy,
    cast(vital.last_visit_day as int) as lstvisdy,
    cast(vital.tracheostomy_date as date) as trachdt,
    cast(vital.tracheostomy_day as int) as trachdy,
    cast(vital.ventilation_date as date) as pavdt,
    cast(vital.ventilation_day as int) as pavdy,
    cast(subject.eos_status as string) as eosstt,
    cast(subject.eos_date as date) as eosdt,
    cast(subject.eos_day as int) as eosdy,
    cast(subject.discontinuation_reason as string) as dcsreas,
    cast(case when subject.withdrawal_request = 'STOP' then 'Y' end as string) as wdrqfl,
    cast(case when subject.source = 'REGISTRY' then subject.n_dose end as int) as ninj,
    cast(case when subject.source = 'REGISTRY' then coalesce(dose.n_cycle, 0) end as int) as ncycle,
    cast(subject._file as string) as srcfile,
    cast(subject._line as int) as srcline,
    cast(exclusion.reason as string) as excltte
from subject
inner join treatment on subject.usubjid = treatment.usubjid
inner join {{ ref('int_cohort__vital_status') }} as vital on subject.usubjid = vital.usubjid
inner join {{ ref('int_cohort__time_exclusion') }} as exclusion on subject.usubjid = exclusion.usubjid
left join baseline on subject.usubjid = baseline.usubjid
left join at_harvest on subject.usubjid = at_harvest.usubjid
left join dose on subject.usubjid = dose.usubjid
