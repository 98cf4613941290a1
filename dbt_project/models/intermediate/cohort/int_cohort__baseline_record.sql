-- The value that stands for a parameter at an anchor (day 0, or the harvest): the last one on or
-- before the anchor and within 180 days of it; in PRO-ACT, whose trials measured "baseline" around
-- day 0, the first one up to 14 days after where there is none before. Height, which does not
-- change, is taken from any day, the nearest before first. A measurement dated to a month or a year stands
-- for none:
-- its first possible day is not its day.
with
    candidate as (

        select
            anchor.usubjid,
            anchor.source,
            anchor.anchor,
            anchor.anchor_day,
            measurement.paramcd,
            measurement.day,
            measurement.value,
            measurement.derived_flag,
            case when measurement.day <= anchor.anchor_day then 0 else 1 end as is_after,
            abs(measurement.day - anchor.anchor_day) as distance
        from {{ ref('int_cohort__anchor') }} as anchor
        inner join {{ ref('int_cohort__measurement') }} as measurement on anchor.usubjid = measurement.usubjid
        where
            measurement.date_flag is null
            and measurement.paramcd not like 'ALSQ%'
            and measurement.paramcd not like 'ALSR_'
            and (
                measurement.day between anchor.anchor_day - 180 and anchor.anchor_day
                or (
                    anchor.source = 'PROACT'
                    and measurement.day between anchor.anchor_day + 1 and anchor.anchor_day + 14
                )
                or measurement.paramcd = 'HEIGHT'
            )

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by usubjid, anchor, paramcd order by is_after, distance, value, derived_flag
            ) as choice
        from candidate

    )

select usubjid, source, anchor, anchor_day, paramcd, day, value, derived_flag
from ranked
where choice = 1
