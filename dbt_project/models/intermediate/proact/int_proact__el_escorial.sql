with
    records as (

        select
            {{ proact_usubjid() }} as usubjid,
            nullif(word.meaning, 'NONE') as category,
            el_escorial,
            day,
            _file,
            _line
        from {{ ref('stg_proact__elescorial') }} as assessment
        left join
            {{ words_of('proact', 'elescorial', 'el_escorial') }} as word
            on assessment.el_escorial = word.value

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
