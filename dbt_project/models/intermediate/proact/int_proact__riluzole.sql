with
    records as (

        select
            {{ proact_usubjid('riluzole.subject_id') }} as usubjid,
            case when word.meaning in ('Y', 'N') then word.meaning end as used,
            word.is_known,
            {{ within_limits('day', 'event_day') }} as day,
            _file,
            _line
        from {{ ref('stg_proact__riluzole') }} as riluzole
        left join
            {{ words_of('proact', 'riluzole', 'Subject_used_Riluzole') }} as word
            on riluzole.used_riluzole = word.value

    )

select
    usubjid,
    -- 'Y' sorts after 'N': one Yes is enough, and a No beside a word nobody knows is not.
    cast(
        case
            when max(used) = 'Y'
            then 'Y'
            when max(case when is_known = 'N' then 1 else 0 end) = 0
            then max(used)
        end as string
    ) as riluzole,
    cast(min(case when used = 'Y' then day end) as int) as riluzole_start_day,
    cast(case when min(used) <> max(used) then 'Y' else 'N' end as string) as riluzole_conflict,
    min(_file) as _file,
    min(_line) as _line
from records
group by usubjid
