{#- A span counted by its frequency becomes a row a day; the digits make its numbers. -#}
{%- set digits = '(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))' -%}
-- What an administration is: a day on which the product was given. Two records of a day are one
-- administration. A
-- span of doses is as many days as its frequency says; without one that says it, the span is its first day
-- and how
-- many more there were is not known. Placebo and what was not given never get here.
with
    given as (

        select
            fact.usubjid,
            fact.seq,
            fact.start_date,
            fact.start_date_latest,
            fact.start_date_flag,
            record.end_date,
            record.end_date_flag,
            record.treatment,
            record.dose,
            record.dose_unit,
            record.dose_unit_unknown,
            record.route,
            record.frequency,
            case
                when
                    record.frequency = 'ONCE'
                    or (record.frequency is null and record.frequency_unknown is null)
                then null
                else {{ to_int('record.frequency') }}
            end as every_days,
            case
                when record.frequency = 'ONCE'
                then 'N'
                when record.end_date > record.start_date
                then 'Y'
                when
                    record.end_date is null
                    and (record.frequency is not null or record.frequency_unknown is not null)
                then 'Y'
                else 'N'
            end as is_span,
            fact._file,
            fact._line
        from {{ ref('int_registry__fact') }} as fact
        inner join
            {{ ref('stg_registry__ex') }} as record on fact._file = record._file and fact._line = record._line
        where fact.domain = 'EX' and fact.fact = 'INJECTION'

    ),

    measured as (

        select
            *,
            case
                when is_span = 'N'
                then 1
                when
                    start_date_flag is null
                    and end_date_flag is null
                    and end_date >= start_date
                    and every_days > 0
                then cast(floor({{ days_between('start_date', 'end_date') }} / every_days) as int) + 1
            end as n_day
        from given

    ),

    number as (

        select thousands.digit * 1000 + hundreds.digit * 100 + tens.digit * 10 + ones.digit as n
        from {{ digits }} as ones(digit)
        cross join {{ digits }} as tens(digit)
        cross join {{ digits }} as hundreds(digit)
        cross join {{ digits }} as thousands(digit)

    ),

    dated as (

        select
            measured.*,
            {{ add_days('measured.start_date', 'coalesce(number.n * measured.every_days, 0)') }} as date
        from measured
        inner join number on number.n < coalesce(measured.n_day, 1)

    ),

    -- Records of one complete day share a group; a partial or missing date stands for itself.
    grouped as (

        select
            *,
            case
                when date is not null and start_date_flag is null
                then cast(date as string)
                else _file || ':' || cast(_line as string)
            end as occasion
        from dated

    ),

    chosen as (

        select
            *,
            row_number() over (
                partition by usubjid, occasion
                order by
                    seq nulls last,
                    dose nulls last,
                    dose_unit nulls last,
                    route nulls last,
                    treatment nulls last,
                    _file,
                    _line
            ) as choice
        from grouped

    ),

    total as (

        select
            usubjid,
            occasion,
            count(*) as n_record,
            {{ stable_sum('dose') }} as dose,
            case
                when min(dose_unit) <> max(dose_unit) or (max(dose_unit_unknown) is not null and count(*) > 1)
                then 'N'
                else 'Y'
            end as one_unit,
            max(case when n_day is null then 'Y' else 'N' end) as uncounted,
            max(end_date) as latest_end_date
        from grouped
        group by usubjid, occasion

    )

select
    chosen.usubjid,
    chosen.seq,
    chosen.date,
    case
        when chosen.start_date_flag is null then chosen.date else chosen.start_date_latest
    end as date_latest,
    chosen.start_date_flag as date_flag,
    chosen.treatment,
    case when total.one_unit = 'Y' then total.dose end as dose,
    chosen.dose_unit,
    chosen.route,
    cast(total.n_record as int) as n_record,
    total.uncounted,
    case when total.uncounted = 'Y' then total.latest_end_date end as span_end_date,
    chosen._file,
    chosen._line
from chosen
inner join total on chosen.usubjid = total.usubjid and chosen.occasion = total.occasion
where chosen.choice = 1
