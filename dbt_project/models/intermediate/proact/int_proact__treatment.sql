with
    records as (

        -- A word nobody knows stays, by its normal form, so that it is no arm and contradicts one.
        select
            {{ proact_usubjid('treatment.subject_id') }} as usubjid,
            coalesce(nullif(word.meaning, 'NONE'), word.normalised) as arm,
            treatment.day,
            treatment._file,
            treatment._line
        from {{ ref('stg_proact__treatment') }} as treatment
        left join
            {{ words_of('proact', 'treatment', 'Study_Arm') }} as word on treatment.study_arm = word.value

    )

select
    usubjid,
    -- Two arms on record tell nothing of what was given.
    cast(
        case when min(arm) = max(arm) and min(arm) in ('ACTIVE', 'PLACEBO') then min(arm) end as string
    ) as arm,
    -- Two days of assignment are none: which of them counts is asked.
    cast(case when min(day) = max(day) then min(day) end as int) as treatment_group_delta,
    cast(min(day) as int) as earliest_delta,
    cast(max(day) as int) as latest_delta,
    cast(min(arm) as string) as lowest_arm,
    cast(max(arm) as string) as highest_arm,
    min(_file) as _file,
    min(_line) as _line
from records
group by usubjid
