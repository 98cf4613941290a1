with
    administration as (

        select
            timeline.usubjid,
            timeline.index_date,
            given.seq,
            -- A partial date is its first possible day, but not before the first injection.
            case
                when given.date < timeline.first_dose_date then timeline.first_dose_date else given.date
            end as date,
            given.date_latest,
            given.date_flag,
            given.span_end_date,
            given.treatment,
            given.dose,
            given.dose_unit,
            given.route,
            given.n_record,
            given._file,
            given._line
        from {{ ref('int_registry__administration') }} as given
        inner join {{ ref('int_registry__timeline') }} as timeline on given.usubjid = timeline.pseudonym
        left join {{ ref('int_registry__death') }} as death on timeline.usubjid = death.usubjid
        -- What was surely given after the death is set aside and asked about.
        where
            (timeline.stop_date is null or given.date is null or given.date <= timeline.stop_date)
            and (death.date is null or given.date is null or given.date <= death.date_latest)

    ),

    numbered as (

        select
            *,
            {{ days_between('index_date', 'date') }} as day,
            row_number() over (
                partition by usubjid
                order by date nulls last, seq nulls last, dose nulls last, route nulls last, _file, _line
            ) as dose_order,
            row_number() over (
                partition by usubjid, seq
                order by date nulls last, dose nulls last, route nulls last, _file, _line
            ) as seq_copy,
            max(seq) over (partition by usubjid) as highest_seq
        from administration

    ),

    gaps as (

        select
            *,
            case
                when day - lag(day) over (partition by usubjid order by dose_order) <= 60 then 0 else 1
            end as new_course
        from numbered
        where date is not null

    ),

    courses as (

        select
            *,
            sum(new_course) over (
                partition by usubjid order by dose_order rows between unbounded preceding and current row
            ) as course
        from gaps

    ),

    placed as (

        select *, row_number() over (partition by usubjid, course order by dose_order) as place from courses

    ),

    cycles as (

        select
            usubjid,
            dose_order,
            cast(
                sum(case when place % 2 = 1 then 1 else 0 end) over (
                    partition by usubjid order by dose_order rows between unbounded preceding and current row
                ) as int
            ) as cycle
        from placed

    ),

    sequenced as (

        select *, case when seq is null or seq_copy > 1 then 1 else 0 end as needs_seq from numbered

    )

select
    sequenced.usubjid,
    cast(case when sequenced.date is not null then sequenced.dose_order end as int) as dose_number,
    cycles.cycle,
    cast(
        case
            when sequenced.needs_seq = 0
            then sequenced.seq
            else
                coalesce(sequenced.highest_seq, 0) + sum(sequenced.needs_seq) over (
                    partition by sequenced.usubjid
                    order by sequenced.dose_order
                    rows between unbounded preceding and current row
                )
        end as int
    ) as ex_seq,
    sequenced.treatment,
    sequenced.dose,
    sequenced.dose_unit,
    sequenced.route,
    sequenced.date,
    sequenced.date_latest,
    sequenced.date_flag,
    sequenced.span_end_date,
    sequenced.day,
    sequenced.n_record,
    sequenced._file,
    sequenced._line
from sequenced
left join cycles on sequenced.usubjid = cycles.usubjid and sequenced.dose_order = cycles.dose_order
