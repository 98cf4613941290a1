-- Every delivered weight, settled as in PRO-ACT.
with
    weighed as (

        select
            finding.usubjid,
            finding.day,
            finding.date,
            finding.date_flag,
            finding.value as weight_kg,
            finding.number_alone as weight_alone,
            height.height_cm,
            finding.src_table,
            finding._file,
            finding._line
        from {{ ref('int_registry__finding') }} as finding
        left join {{ ref('int_registry__height') }} as height on finding.usubjid = height.usubjid
        where finding.paramcd = 'WEIGHT'

    ),

    {{ settled_weights('weighed') }}

select
    usubjid,
    day,
    date,
    date_flag,
    weight_alone,
    cast(settled_kg as double) as settled_kg,
    cast(weight_ratio as double) as weight_ratio,
    cast(case when {{ near_own_weight() }} then settled_kg end as double) as weight_kg,
    src_table,
    _file,
    _line
from settled_weight
