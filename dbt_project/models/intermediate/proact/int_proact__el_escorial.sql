with
    records as (

        select
            {{ proact_usubjid() }} as usubjid,
            case
                when lower(el_escorial) like 'definite%'
                then 'DEFINITE'
                when lower(el_escorial) like 'probable%lab%'
                then 'PROBABLE LAB'
                when lower(el_escorial) like 'probable%'
                then 'PROBABLE'
                when lower(el_escorial) like 'possible%'
                then 'POSSIBLE'
                when lower(el_escorial) like 'suspected%'
                then 'SUSPECTED'
            end as category,
            el_escorial,
            day,
            _file,
            _line
        from {{ ref('stg_proact__elescorial') }}

    ),

    -- The assessment nearest to day 0, the earlier of two equally near.
    ranked as (

        select
            *,
            row_number() over (
                partition by usubjid
                order by
                    case when category is null then 1 else 0 end,
                    case when day is null then 1 else 0 end,
                    abs(day),
                    day,
                    category,
                    _file,
                    _line
            ) as nearness
        from records

    )

select usubjid, cast(category as string) as el_escorial, el_escorial as el_escorial_delivered, _file, _line
from ranked
where nearness = 1
