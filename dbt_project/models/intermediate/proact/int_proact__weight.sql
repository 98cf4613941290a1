-- Every delivered weight, settled: those of visits, and those of day 0 that some trials give in a column of
-- their own, which has no unit.
with
    recorded as (

        select
            usubjid,
            cast('VISIT' as string) as occasion,
            day,
            day_delivered,
            weight as delivered,
            weight_units as delivered_units,
            weight_unit as delivered_unit,
            weight_kg,
            weight_alone,
            _file,
            _line
        from {{ ref('int_proact__vital_sign_record') }}
        where weight is not null
        union all
        select
            usubjid,
            'BASELINE',
            0,
            0,
            baseline_weight,
            null,
            null,
            baseline_weight_kg,
            baseline_weight_alone,
            _file,
            _line
        from {{ ref('int_proact__vital_sign_record') }}
        where baseline_weight is not null

    ),

    weighed as (

        select recorded.*, height.height_cm
        from recorded
        left join {{ ref('int_proact__height') }} as height on recorded.usubjid = height.usubjid

    ),

    {{ settled_weights('weighed') }}

select
    usubjid,
    occasion,
    cast(day as int) as day,
    day_delivered,
    delivered,
    delivered_units,
    delivered_unit,
    weight_alone,
    cast(settled_kg as double) as settled_kg,
    cast(weight_ratio as double) as weight_ratio,
    cast(case when {{ near_own_weight() }} then settled_kg end as double) as weight_kg,
    _file,
    _line
from settled_weight
