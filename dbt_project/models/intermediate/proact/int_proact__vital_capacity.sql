-- One test of each kind per subject and day: the record with the highest litres, then the highest percentage.
with
    ranked as (

        select
            record.*,
            row_number() over (
                partition by usubjid, test, day
                order by
                    litres desc nulls last,
                    pct desc nulls last,
                    normal_litres nulls last,
                    n_trial desc,
                    _file,
                    _line
            ) as best
        from {{ ref('int_proact__vital_capacity_record') }} as record
        where day is not null and (litres is not null or pct is not null)

    ),

    predicted as (

        select
            ranked.*,
            {{ predicted_fvc_litres(
            'demographics.sex', 'height.height_cm', '(demographics.age + ranked.day / 365.25e0)'
        ) }} as predicted_litres
        from ranked
        inner join
            {{ ref('int_proact__demographics') }} as demographics on ranked.usubjid = demographics.usubjid
        left join {{ ref('int_proact__height') }} as height on ranked.usubjid = height.usubjid
        where best = 1

    )

select
    usubjid,
    test,
    src_table,
    day,
    cast(litres as double) as litres,
    n_trial,
    cast(
        coalesce(
            pct,
            {{ within_limits('100 * litres / normal_litres', 'vital_capacity_pct') }},
            {{ within_limits('100 * litres / predicted_litres', 'vital_capacity_pct') }}
        ) as double
    ) as pct,
    cast(
        case
            when pct is not null
            then 'percent of normal as delivered, highest trial'
            when {{ within_limits('100 * litres / normal_litres', 'vital_capacity_pct') }} is not null
            then 'litres over the delivered normal value of the subject'
            when {{ within_limits('100 * litres / predicted_litres', 'vital_capacity_pct') }} is not null
            then 'litres over predicted FVC, ECSC (Quanjer 1993)'
        end as string
    ) as pct_derivation,
    cast(case when pct is not null then 'N' else 'Y' end as string) as pct_derived_flag,
    _file,
    _line
from predicted
