-- An administration without a usable date comes first unless its sequence number follows that of a dated
-- one; a
-- record that may be an administration comes first unless it is dated after the first known one.
with
    first_dose as (

        select usubjid, min(date_latest) as date_latest, min(case when date is not null then seq end) as seq
        from {{ ref('int_registry__administration') }}
        group by usubjid

    ),

    doubt as (

        select
            usubjid,
            uncounted as count_doubt,
            date,
            seq,
            case when date is null then 'Y' else 'N' end as first_doubt
        from {{ ref('int_registry__administration') }}
        union all
        select usubjid, 'Y', start_date, seq, 'Y'
        from {{ ref('int_registry__fact') }}
        where domain = 'EX' and possible_fact = 'INJECTION'

    )

select
    doubt.usubjid,
    min(case when doubt.count_doubt = 'Y' then 'N' else 'Y' end) as count_known,
    min(
        case
            when doubt.first_doubt = 'N'
            then 'Y'
            when doubt.date is null and doubt.seq > first_dose.seq
            then 'Y'
            when doubt.date > first_dose.date_latest
            then 'Y'
            else 'N'
        end
    ) as first_known
from doubt
left join first_dose on doubt.usubjid = first_dose.usubjid
group by doubt.usubjid
