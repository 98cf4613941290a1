-- What DM, DS and SS report of a death, as the days it may have been. A death that came surely after the data
-- cut had
-- not happened at the cut.
with
    status as (

        select usubjid, collected_date_latest, _file, _line
        from {{ ref('stg_registry__ss') }}
        where
            coalesce(status, '') <> 'NOT DONE'
            and {{ survival_status() }} = 'DEAD'
            and collected_date_after_cut is null

    ),

    report as (

        select
            usubjid,
            death_date as date,
            death_date_latest as latest_date,
            death_date_flag as date_flag,
            cast('DM' as string) as src_table,
            cast('DTHDTC' as string) as src_variable,
            _file,
            _line
        from {{ ref('stg_registry__dm') }}
        where death_flag = 'Y' or death_date is not null
        union all
        select
            usubjid,
            start_date,
            start_date_latest,
            start_date_flag,
            cast('DS' as string) as src_table,
            cast('DSSTDTC' as string) as src_variable,
            _file,
            _line
        from {{ ref('int_registry__fact') }}
        where fact = 'DEATH'
        union all
        -- Who is recorded as dead at a contact died by then, and after the last day recorded alive.
        select
            status.usubjid,
            max(contact.date),
            status.collected_date_latest,
            {{ date_flag('max(contact.date)', 'status.collected_date_latest') }},
            cast('SS' as string),
            cast('SSDTC' as string),
            status._file,
            status._line
        from status
        inner join {{ ref('int_registry__timeline') }} as timeline on status.usubjid = timeline.pseudonym
        left join
            {{ ref('int_registry__contact') }} as contact
            on timeline.usubjid = contact.usubjid
            and contact.is_lone = 'N'
            and contact.date <= status.collected_date_latest
        group by status.usubjid, status.collected_date_latest, status._file, status._line

    ),

    placed as (

        select
            report.*,
            cut.data_cut,
            -- One dated report after the cut speaks for the undated ones of the subject.
            max(case when report.date > cut.data_cut then 1 else 0 end) over (
                partition by usubjid
            ) as told_after_cut
        from report
        left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1

    )

select
    timeline.usubjid,
    placed.date,
    placed.date_flag,
    least(placed.latest_date, coalesce(placed.data_cut, placed.latest_date)) as latest_date,
    placed.src_table,
    placed.src_variable,
    placed._file,
    placed._line
from placed
inner join {{ ref('int_registry__timeline') }} as timeline on placed.usubjid = timeline.pseudonym
where
    (
        placed.date <= placed.data_cut
        or placed.data_cut is null
        or (placed.date is null and placed.told_after_cut = 0)
    )
    and (
        timeline.withdrawal_request is null or (placed.date is not null and placed.date <= timeline.stop_date)
    )
