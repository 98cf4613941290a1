with
    records as (

        select {{ proact_usubjid() }} as usubjid, upper(study_arm) as arm, day, _file, _line
        from {{ ref('stg_proact__treatment') }}

    )

select
    usubjid,
    -- Two arms on record tell nothing of what was given.
    cast(
        case when min(arm) = max(arm) and min(arm) in ('ACTIVE', 'PLACEBO') then min(arm) end as string
    ) as arm,
    cast(min(day) as int) as treatment_group_delta,
    cast(min(arm) as string) as lowest_arm,
    cast(max(arm) as string) as highest_arm,
    min(_file) as _file,
    min(_line) as _line
from records
group by usubjid
