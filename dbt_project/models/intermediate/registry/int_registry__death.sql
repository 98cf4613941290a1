-- The death that stands. Of several dates the earliest does, which is the one whose last possible day comes
-- first (a
-- complete date within a partial one); dates that exclude each other are asked about, and the latest is the
-- other bound.
-- A date surely before the subject was first treated is none: the death is kept as undated.
with
    judged as (

        select
            report.*,
            case
                when
                    report.latest_date < timeline.index_date_earliest
                    and timeline.index_event in ('FIRST INJECTION', 'HARVEST')
                then timeline.index_event
            end as precedes,
            timeline.index_date_earliest
        from {{ ref('int_registry__death_report') }} as report
        inner join {{ ref('int_registry__timeline') }} as timeline on report.usubjid = timeline.usubjid

    ),

    chosen as (

        select *
        from
            (
                select
                    *,
                    row_number() over (
                        partition by usubjid
                        order by
                            case when date is null or precedes is not null then 1 else 0 end,
                            latest_date nulls last,
                            date desc,
                            src_table nulls last,
                            _file,
                            _line
                    ) as choice
                from judged
            ) as ranked
        where choice = 1

    ),

    -- Dates that the one that stands cannot be.
    other as (

        select chosen.usubjid, max(judged.date) as other_date, max(judged.latest_date) as other_date_latest
        from chosen
        inner join judged on chosen.usubjid = judged.usubjid
        where
            chosen.precedes is null
            and judged.precedes is null
            and (judged.date > chosen.latest_date or judged.latest_date < chosen.date)
        group by chosen.usubjid

    )

select
    chosen.usubjid,
    case when chosen.precedes is null then chosen.date end as date,
    case when chosen.precedes is null then chosen.latest_date end as date_latest,
    case when chosen.precedes is null then chosen.date_flag end as date_flag,
    other.other_date,
    other.other_date_latest,
    chosen.precedes,
    case when chosen.precedes is not null then chosen.date end as set_aside_date,
    case when chosen.precedes is not null then chosen.index_date_earliest end as preceded_date,
    chosen.src_table,
    chosen.src_variable,
    chosen._file,
    chosen._line
from chosen
left join other on chosen.usubjid = other.usubjid
