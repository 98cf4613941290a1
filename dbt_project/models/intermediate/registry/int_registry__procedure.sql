with
    procedures as (

        select
            timeline.usubjid,
            fact.fact as procedure_name,
            fact.start_date as date,
            fact.start_date_flag as date_flag,
            fact._file,
            fact._line,
            row_number() over (
                partition by timeline.usubjid, fact.fact
                order by fact.start_date nulls last, fact._file, fact._line
            ) as choice
        from {{ ref('int_registry__fact') }} as fact
        inner join {{ ref('int_registry__timeline') }} as timeline on fact.usubjid = timeline.pseudonym
        where
            fact.domain = 'PR'
            and fact.fact in ('TRACHEOSTOMY', 'INVASIVE VENTILATION')
            and fact.start_date is not null
            and (timeline.stop_date is null or fact.start_date <= timeline.stop_date)

    )

select usubjid, procedure_name, date, date_flag, _file, _line
from procedures
where choice = 1
