-- A day has a total of a scale only where a record of that day holds items or a total of that very scale.
with
    shown as (

        select
            usubjid,
            day,
            max(case when alsfrsr is not null then 1 else 0 end) as revised,
            max(case when alsfrs is not null then 1 else 0 end) as original
        from {{ ref('int_proact__questionnaire') }}
        where
            has_revised_items = 'Y'
            or q10_respiratory is not null
            or alsfrs_delivered is not null
            or alsfrsr_delivered is not null
        group by usubjid, day

    )

select measurement.usubjid, measurement.day, measurement.paramcd
from {{ ref('int_proact__measurement') }} as measurement
left join shown on measurement.usubjid = shown.usubjid and measurement.day = shown.day
where
    (measurement.paramcd = 'ALSFRSR' and coalesce(shown.revised, 0) = 0)
    or (measurement.paramcd = 'ALSFRS' and coalesce(shown.original, 0) = 0)
