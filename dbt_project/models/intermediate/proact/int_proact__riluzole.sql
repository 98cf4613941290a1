with
    records as (

        select
            {{ proact_usubjid() }} as usubjid,
            case lower(used_riluzole) when 'yes' then 'Y' when 'no' then 'N' end as used,
            {{ within_limits('day', 'event_day') }} as day,
            _file,
            _line
        from {{ ref('stg_proact__riluzole') }}

    )

select
    usubjid,
    -- 'Y' sorts after 'N': one Yes is enough.
    cast(max(used) as string) as riluzole,
    cast(min(case when used = 'Y' then day end) as int) as riluzole_start_day,
    cast(case when min(used) <> max(used) then 'Y' else 'N' end as string) as riluzole_conflict,
    min(_file) as _file,
    min(_line) as _line
from records
group by usubjid
