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

    -- The last assessment by day 0, else the first up to 14 days after, else an undated one; of a day the
    -- most
    -- certain. One that nobody can read leaves the category open.
    ranked as (

        select
            *,
            row_number() over (
                partition by usubjid
                order by
                    case when day <= 0 then 0 when day is not null then 1 else 2 end,
                    abs(day) nulls last,
                    case when category is null then 0 else 1 end,
                    {{ el_escorial_rank('category') }} nulls last,
                    _file,
                    _line
            ) as nearness
        from records
        where day <= 14 or day is null

    )

select usubjid, cast(category as string) as el_escorial, el_escorial as el_escorial_delivered, _file, _line
from ranked
where nearness = 1
