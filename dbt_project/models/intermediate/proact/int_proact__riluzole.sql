-- Use of riluzole at day 0. Where the answers of a subject differ the last one by day 0 counts, else the
-- first up to
-- 14 days after; a word nobody knows is an answer too, and contradicts the others.
with
    records as (

        select
            {{ proact_usubjid('riluzole.subject_id') }} as usubjid,
            case
                when word.meaning in ('Y', 'N') then word.meaning when word.is_known = 'N' then '?'
            end as answer,
            {{ within_limits('day', 'event_day') }} as day,
            _file,
            _line
        from {{ ref('stg_proact__riluzole') }} as riluzole
        left join
            {{ words_of('proact', 'riluzole', 'Subject_used_Riluzole') }} as word
            on riluzole.used_riluzole = word.value

    ),

    deciding as (

        select
            usubjid,
            coalesce(
                max(case when day <= 0 then day end), min(case when day between 1 and 14 then day end)
            ) as day
        from records
        where answer is not null
        group by usubjid

    )

select
    records.usubjid,
    cast(
        nullif(
            case
                when min(answer) = max(answer)
                then min(answer)
                when
                    min(case when records.day = deciding.day then answer end)
                    = max(case when records.day = deciding.day then answer end)
                then min(case when records.day = deciding.day then answer end)
            end,
            '?'
        ) as string
    ) as riluzole,
    cast(min(case when answer = 'Y' then records.day end) as int) as riluzole_start_day,
    cast(
        case when min(nullif(answer, '?')) <> max(nullif(answer, '?')) then 'Y' else 'N' end as string
    ) as riluzole_conflict,
    min(_file) as _file,
    min(_line) as _line
from records
left join deciding on records.usubjid = deciding.usubjid
group by records.usubjid
