{# Least-squares slope of the ALSFRS-R total over every visit known to the day up to the anchor, in points per month
   (30.4375 days); null below two distinct days. #}
{% macro slope_before(source) -%}
    with
        anchor as ({{ anchors(source) }}),

        visit as (

            select anchor.usubjid, anchor.anchor, cast(measurement.day as double) as day, measurement.value
            from anchor
            inner join
                {{ ref('int_' ~ source ~ '__measurement') }} as measurement
                on anchor.usubjid = measurement.usubjid
                and measurement.day <= anchor.anchor_day
            where measurement.paramcd = 'ALSFRSR' and measurement.date_flag is null

        ),

        sums as (

            select
                usubjid,
                anchor,
                cast(count(*) as int) as n_visit,
                cast(count(distinct day) as int) as n_day,
                {{ stable_sum('day') }} as sum_x,
                {{ stable_sum('value') }} as sum_y,
                {{ stable_sum('day * value') }} as sum_xy,
                {{ stable_sum('day * day') }} as sum_xx
            from visit
            group by usubjid, anchor

        )

    select
        usubjid,
        anchor,
        n_visit,
        case
            when n_day >= 2
            then 30.4375e0 * (n_visit * sum_xy - sum_x * sum_y) / (n_visit * sum_xx - sum_x * sum_x)
        end as slope_per_month
    from sums
{%- endmacro %}
