{# The value that stands for a parameter at an anchor: the last one on or before it and within 180 days of it; in PRO-ACT,
   whose trials measured "baseline" around day 0, the first one up to 14 days after where there is none before. Height, which
   does not change, is taken from any day, the nearest before first. A measurement dated to a month or a year stands for
   none: its first possible day is not its day. #}
{% macro baseline_record(source) -%}
    with
        anchor as ({{ anchors(source) }}),

        candidate as (

            select
                anchor.usubjid,
                anchor.anchor,
                anchor.anchor_day,
                measurement.paramcd,
                measurement.day,
                measurement.value,
                measurement.derived_flag,
                case when measurement.day <= anchor.anchor_day then 0 else 1 end as is_after,
                abs(measurement.day - anchor.anchor_day) as distance
            from anchor
            inner join
                {{ ref('int_' ~ source ~ '__measurement') }} as measurement
                on anchor.usubjid = measurement.usubjid
            where
                measurement.date_flag is null
                and measurement.paramcd not like 'ALSQ%'
                and measurement.paramcd not like 'ALSR_'
                and (
                    measurement.day between anchor.anchor_day - 180 and anchor.anchor_day
                    {% if source == 'proact' %}
                        or measurement.day between anchor.anchor_day + 1 and anchor.anchor_day + 14
                    {% endif %}
                    or measurement.paramcd = 'HEIGHT'
                )

        ),

        ranked as (

            select
                *,
                row_number() over (
                    partition by usubjid, anchor, paramcd
                    order by
                        is_after nulls last, distance nulls last, value nulls last, derived_flag nulls last
                ) as choice
            from candidate

        )

    select usubjid, anchor, anchor_day, paramcd, day, value, derived_flag
    from ranked
    where choice = 1
{%- endmacro %}
