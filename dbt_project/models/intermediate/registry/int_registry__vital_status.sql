with
    report as (

        select
            *,
            row_number() over (
                partition by usubjid
                order by
                    case when date is null then 2 when date_flag is not null then 1 else 0 end,
                    date desc,
                    src_table,
                    _file,
                    _line
            ) as choice
        from {{ ref('int_registry__death_report') }}

    ),

    -- The complete date leads; a partial one agrees with it when its month or year holds it.
    death as (

        select
            chosen.usubjid,
            chosen.date,
            chosen.date_flag,
            chosen.latest_date,
            chosen.src_table,
            chosen.src_variable,
            chosen._file,
            chosen._line,
            max(
                case
                    when other.date <= chosen.latest_date and other.latest_date >= chosen.date
                    then 'N'
                    when other.date is null
                    then 'N'
                    else 'Y'
                end
            ) as conflict
        from report as chosen
        inner join report as other on chosen.usubjid = other.usubjid
        where chosen.choice = 1
        group by
            chosen.usubjid,
            chosen.date,
            chosen.date_flag,
            chosen.latest_date,
            chosen.src_table,
            chosen.src_variable,
            chosen._file,
            chosen._line

    ),

    last_contact as (

        select *
        from
            (
                select
                    *,
                    row_number() over (
                        partition by usubjid order by date desc, src_table, src_variable, _file, _line
                    ) as choice
                from {{ ref('int_registry__contact') }}
            ) as contacts
        where choice = 1

    ),

    procedure_date as (

        select
            usubjid,
            min(case when procedure_name = 'TRACHEOSTOMY' then date end) as tracheostomy_date,
            min(case when procedure_name = 'INVASIVE VENTILATION' then date end) as ventilation_date
        from {{ ref('int_registry__procedure') }}
        group by usubjid

    ),

    -- A disposition that nobody can read may be a death.
    unread as (

        select distinct usubjid
        from {{ ref('int_registry__fact') }}
        where domain = 'DS' and possible_fact is not null and coalesce(category, '') <> 'PROTOCOL MILESTONE'

    ),

    combined as (

        select
            timeline.usubjid,
            timeline.index_date,
            case
                when death.usubjid is not null
                then 'DIED'
                when unread.usubjid is not null
                then 'NOT RECORDED'
                else 'NOT DIED'
            end as vital_status,
            -- A partial date of death is its first possible day, or the last day known alive where
            -- that is later.
            case
                when
                    death.date_flag is not null
                    and last_contact.date > death.date
                    and last_contact.date <= death.latest_date
                then last_contact.date
                else death.date
            end as death_date,
            death.date_flag as death_date_flag,
            coalesce(death.conflict, 'N') as death_conflict,
            last_contact.date as last_alive_date,
            procedure_date.tracheostomy_date,
            procedure_date.ventilation_date,
            death.src_table as death_src_table,
            death.src_variable as death_src_variable,
            death._file as death_src_file,
            death._line as death_src_line,
            last_contact.src_table as last_src_table,
            last_contact.src_variable as last_src_variable,
            last_contact._file as last_src_file,
            last_contact._line as last_src_line
        from {{ ref('int_registry__timeline') }} as timeline
        left join death on timeline.usubjid = death.usubjid
        left join last_contact on timeline.usubjid = last_contact.usubjid
        left join unread on timeline.pseudonym = unread.usubjid
        left join procedure_date on timeline.usubjid = procedure_date.usubjid

    )

select
    usubjid,
    vital_status,
    {{ days_between('index_date', 'death_date') }} as death_day,
    death_date,
    death_date_flag,
    death_conflict,
    {{ days_between('index_date', 'last_alive_date') }} as last_visit_day,
    last_alive_date as last_visit_date,
    {{ days_between('index_date', 'last_alive_date') }} as last_alive_day,
    last_alive_date,
    {{ days_between('index_date', 'tracheostomy_date') }} as tracheostomy_day,
    tracheostomy_date,
    {{ days_between('index_date', 'ventilation_date') }} as ventilation_day,
    ventilation_date,
    death_src_table,
    death_src_variable,
    death_src_file,
    death_src_line,
    last_src_table,
    last_src_variable,
    last_src_file,
    last_src_line
from combined
