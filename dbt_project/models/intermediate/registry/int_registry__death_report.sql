with
    report as (

        select
            usubjid,
            death_date as date,
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
            start_date_flag,
            cast('DS' as string) as src_table,
            cast('DSSTDTC' as string) as src_variable,
            _file,
            _line
        from {{ ref('int_registry__fact') }}
        where fact = 'DEATH'

    )

select
    timeline.usubjid,
    report.date,
    report.date_flag,
    {{ latest_possible_date('report.date', 'report.date_flag') }} as latest_date,
    report.src_table,
    report.src_variable,
    report._file,
    report._line
from report
inner join {{ ref('int_registry__timeline') }} as timeline on report.usubjid = timeline.pseudonym
where timeline.withdrawal_request is null or (report.date is not null and report.date <= timeline.stop_date)
