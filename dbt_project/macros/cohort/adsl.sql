{# Subjects of one source, as `adsl` has them. #}
{% macro adsl(source) -%}
    {%- set anchor_of_harvest = 'HARVEST' if source == 'registry' else 'BASELINE' %}
    with
        subject as (select * from {{ ref('int_' ~ source ~ '__subject') }}),

        arm as (

            select
                subject.usubjid,
                {% if source == 'proact' %}
                    case upper(subject.arm_planned) when 'PLACEBO' then 0 when 'ACTIVE' then 2 end as planned,
                    case upper(subject.arm_actual) when 'PLACEBO' then 0 when 'ACTIVE' then 2 end as given
                {% else %}
                    subject.n_dose,
                    case
                        when
                            subject.first_dose_date is not null
                            or subject.n_dose > 0
                            or subject.harvest_date is not null
                        then 1
                        when subject.screen_failure = 'Y'
                        then null
                        when subject.arm_is_study_product = 'Y'
                        then 1
                        when subject.arm_is_study_product = 'N'
                        then 3
                    end as planned,
                    case when subject.first_dose_date is not null then 1 end as given
                {% endif %}
            from subject

        ),

        treatment as (

            select
                usubjid,
                planned,
                {% if source == 'proact' %} given as actual
                {% else %}
                    -- A control of the registry, of whom it is known that the product was never given, had
                    -- what
                    -- was planned.
                    case when planned = 3 and n_dose = 0 then 3 else given end as actual
                {% endif %}
            from arm

        ),

        {% if source == 'registry' %}
            dose as (

                select usubjid, max(cycle) as n_cycle
                from {{ ref('int_registry__injection') }}
                group by usubjid

            ),

        {% endif %}

        baseline as (select * from {{ ref('int_' ~ source ~ '__covariate') }} where anchor = 'BASELINE'),

        -- Controls of a trial have one anchor: their covariates "at harvest" are those at baseline. A treated
        -- subject without a harvest on record has none at harvest.
        at_harvest as (

            select * from {{ ref('int_' ~ source ~ '__covariate') }} where anchor = '{{ anchor_of_harvest }}'

        )

    select
        cast(subject.studyid as string) as STUDYID,
        cast(subject.usubjid as string) as USUBJID,
        cast(subject.subjid as string) as SUBJID,
        cast(subject.siteid as string) as SITEID,
        cast('{{ source | upper }}' as string) as SOURCE,
        cast(subject.country as string) as COUNTRY,
        cast(subject.age as double) as AGE,
        cast(subject.sex as string) as SEX,
        cast(subject.race as string) as RACE,
        cast(subject.arm_planned as string) as ARM,
        cast(subject.arm_actual as string) as ACTARM,
        cast({{ treatment_label('treatment.planned', 'product.product_name') }} as string) as TRT01P,
        cast(treatment.planned as int) as TRT01PN,
        cast({{ treatment_label('treatment.actual', 'product.product_name') }} as string) as TRT01A,
        cast(treatment.actual as int) as TRT01AN,
        cast(case when treatment.actual in (1, 3) then 'Y' else 'N' end as string) as SAFFL,
        cast(
            case
                when treatment.actual is not null and coalesce(vital.death_day, vital.last_visit_day) > 0
                then 'Y'
                else 'N'
            end as string
        ) as FASFL,
        cast(subject.screen_failure as string) as SCRFFL,
        cast(subject.index_date as date) as INDEXDT,
        cast(subject.index_date_flag as string) as INDEXDTF,
        cast(subject.first_dose_date as date) as TRTSDT,
        cast(subject.first_dose_date_flag as string) as TRTSDTF,
        cast(subject.last_dose_date as date) as TRTEDT,
        cast(subject.last_dose_date_flag as string) as TRTEDTF,
        cast(subject.harvest_date as date) as HARVDT,
        cast(subject.harvest_date_flag as string) as HARVDTF,
        cast(subject.onset_date as date) as ONSETDT,
        cast(subject.onset_date_flag as string) as ONSETDTF,
        cast(subject.diagnosis_date as date) as DIAGDT,
        cast(subject.diagnosis_date_flag as string) as DIAGDTF,
        cast(subject.onset_day as int) as ONSETDY,
        cast(subject.diagnosis_day as int) as DIAGDY,
        cast(subject.harvest_day as int) as HARVDY,
        cast(subject.first_dose_day as int) as TRTSDY,
        cast(subject.last_dose_day as int) as TRTEDY,
        cast(subject.cut_day as int) as CUTDY,
        cast(subject.treatment_group_delta as int) as TRTGRPDY,
        cast(baseline.symptom_days as int) as SYMPDURD,
        cast(baseline.symptom_months as double) as SYMPDURM,
        cast(baseline.diagnostic_delay_days as int) as DIAGDELD,
        cast(baseline.diagnostic_delay_months as double) as DIAGDELM,
        cast(baseline.since_diagnosis_months as double) as DIAGDURM,
        cast(subject.onset_site as string) as ONSETSIT,
        cast(
            case
                when subject.onset_site = 'BULBAR' then 1 when subject.onset_site is not null then 0
            end as int
        ) as BULBAR,
        cast(baseline.alsfrsr as double) as ALSFRSR,
        cast(baseline.alsfrsr_day as int) as ALSFRSDY,
        cast(baseline.alsfrs as double) as ALSFRS,
        cast(baseline.progression_rate as double) as DFRS,
        cast(baseline.slope_per_month as double) as SLOPE,
        cast(baseline.fvcpp as double) as FVCPP,
        cast(baseline.fvcpp_derived_flag as string) as FVCPPDFL,
        cast(baseline.svcpp as double) as SVCPP,
        cast(baseline.vcpp as double) as VCPP,
        cast(baseline.riluzole as int) as RILUZOLE,
        cast(baseline.edaravone as int) as EDARAVON,
        cast(subject.el_escorial as string) as ELESCOR,
        cast(baseline.bmi as double) as BMI,
        cast(baseline.height as double) as HEIGHT,
        cast(baseline.weight as double) as WEIGHT,
        cast(subject.family_history as string) as FAMHX,
        cast(at_harvest.age as double) as AGEH,
        cast(at_harvest.symptom_days as int) as SYMPDRDH,
        cast(at_harvest.symptom_months as double) as SYMPDRMH,
        cast(at_harvest.alsfrsr as double) as ALSFRSRH,
        cast(at_harvest.progression_rate as double) as DFRSH,
        cast(at_harvest.slope_per_month as double) as SLOPEH,
        cast(at_harvest.fvcpp as double) as FVCPPH,
        cast(at_harvest.vcpp as double) as VCPPH,
        cast(at_harvest.riluzole as int) as RILUZOLH,
        cast(at_harvest.weight as double) as WEIGHTH,
        cast(at_harvest.bmi as double) as BMIH,
        cast(at_harvest.since_diagnosis_months as double) as DIAGDRMH,
        cast(vital.vital_status as string) as VITSTAT,
        cast(case when vital.vital_status = 'DIED' then 'Y' end as string) as DTHFL,
        cast(vital.death_date as date) as DTHDT,
        cast(vital.death_date_flag as string) as DTHDTF,
        cast(vital.death_day as int) as DTHDY,
        cast(vital.latest_death_date as date) as DTHLSTDT,
        cast(vital.latest_death_day as int) as DTHLSTDY,
        cast(
            case when vital.vital_status = 'DIED' and vital.death_day is null then 'Y' end as string
        ) as DTHUNDFL,
        cast(vital.last_alive_date as date) as LSTALVDT,
        cast(vital.last_alive_date_flag as string) as LSTALDTF,
        cast(vital.last_alive_day as int) as LSTALVDY,
        cast(vital.last_visit_day as int) as LSTVISDY,
        cast(vital.tracheostomy_date as date) as TRACHDT,
        cast(vital.tracheostomy_date_flag as string) as TRACHDTF,
        cast(vital.tracheostomy_day as int) as TRACHDY,
        cast(vital.ventilation_date as date) as PAVDT,
        cast(vital.ventilation_date_flag as string) as PAVDTF,
        cast(vital.ventilation_day as int) as PAVDY,
        cast(subject.eos_status as string) as EOSSTT,
        cast(subject.eos_date as date) as EOSDT,
        cast(subject.eos_date_flag as string) as EOSDTF,
        cast(subject.eos_day as int) as EOSDY,
        cast(subject.discontinuation_reason as string) as DCSREAS,
        cast(case when subject.withdrawal_request = 'STOP' then 'Y' end as string) as WDRQFL,
        cast(subject.n_dose as int) as NINJ,
        cast({{ 'coalesce(dose.n_cycle, 0)' if source == 'registry' else 'null' }} as int) as NCYCLE,
        cast(subject._file as string) as SRCFILE,
        cast(subject._line as int) as SRCLINE,
        cast(exclusion.reason as string) as EXCLTTE
    from subject
    inner join treatment on subject.usubjid = treatment.usubjid
    inner join {{ ref('int_' ~ source ~ '__vital_status') }} as vital on subject.usubjid = vital.usubjid
    inner join
        {{ ref('int_' ~ source ~ '__time_exclusion') }} as exclusion on subject.usubjid = exclusion.usubjid
    left join baseline on subject.usubjid = baseline.usubjid
    left join at_harvest on subject.usubjid = at_harvest.usubjid
    {% if source == 'registry' %} left join dose on subject.usubjid = dose.usubjid {% endif %}
    cross join {{ ref('stg_delivery__product') }} as product
{%- endmacro %}
