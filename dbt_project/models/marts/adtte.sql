-- Origins that come after the index would start the clock after covariates are measured: they have no row.
with
    origin as (

        select
            usubjid,
            source,
            studyid,
            index_date,
            first_dose_day,
            harvest_day,
            cast('FIRST_INJECTION' as string) as origin,
            first_dose_day as start_day
        from {{ ref('int_cohort__subject') }}
        where source = 'REGISTRY'
        union all
        select usubjid, source, studyid, index_date, first_dose_day, harvest_day, 'HARVEST', harvest_day
        from {{ ref('int_cohort__subject') }}
        where source = 'REGISTRY'
        union all
        select usubjid, source, studyid, index_date, first_dose_day, harvest_day, 'TRIAL_BASELINE', 0
        from {{ ref('int_cohort__subject') }}
        where source = 'PROACT'
        union all
        select usubjid, source, studyid, index_date, first_dose_day, harvest_day, 'DIAGNOSIS', diagnosis_day
        from {{ ref('int_cohort__subject') }}
        union all
        select usubjid, source, studyid, index_date, first_dose_day, harvest_day, 'ONSET', onset_day
        from {{ ref('int_cohort__subject') }}

    ),

    started as (

        select
            *,
            case source when 'PROACT' then 0 else first_dose_day end as entry_day,
            case source when 'PROACT' then 0 else harvest_day end as harvest_entry_day
        from origin
        where start_day <= 0

    )

select
    cast(started.studyid as string) as studyid,
    cast(started.usubjid as string) as usubjid,
    cast(outcome.paramcd as string) as paramcd,
    cast(outcome.param as string) as param,
    cast(started.origin as string) as origin,
    cast(outcome.vsrule as string) as vsrule,
    cast(outcome.end_day - started.start_day + 1 as int) as aval,
    cast(outcome.censored as int) as cnsr,
    cast(outcome.event_description as string) as evntdesc,
    cast(outcome.censoring_description as string) as cnsdtdsc,
    {{ add_days('started.index_date', 'started.start_day') }} as startdt,
    cast(started.start_day as int) as startdy,
    {{ add_days('started.index_date', 'outcome.end_day') }} as adt,
    cast(outcome.end_day as int) as adtdy,
    cast(
        case
            when started.entry_day <= started.start_day then 0 else started.entry_day - started.start_day
        end as int
    ) as entrydy,
    cast(
        case
            when started.harvest_entry_day <= started.start_day
            then 0
            else started.harvest_entry_day - started.start_day
        end as int
    ) as entryhdy,
    cast(outcome.src_domain as string) as srcdom,
    cast(outcome.src_variable as string) as srcvar,
    cast(outcome.src_file as string) as srcfile,
    cast(outcome.src_line as int) as srcline
from started
inner join {{ ref('int_cohort__outcome') }} as outcome on started.usubjid = outcome.usubjid
where outcome.end_day >= started.start_day
