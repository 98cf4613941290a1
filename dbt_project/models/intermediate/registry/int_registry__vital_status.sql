-- Death and the last record of life. Records of life after a death do not undo it: the last day recorded
-- alive is that
-- before the death, and the later one its other bound.
with
    contact as (

        select
            contact.*,
            row_number() over (
                partition by contact.usubjid
                order by
                    case when contact.date > death.date_latest then 1 else 0 end,
                    contact.date desc,
                    contact.src_table nulls last,
                    contact.src_variable nulls last,
                    contact._file,
                    contact._line
            ) as choice,
            max(contact.date) over (partition by contact.usubjid) as latest_contact_date
        from {{ ref('int_registry__contact') }} as contact
        left join {{ ref('int_registry__death') }} as death on contact.usubjid = death.usubjid
        where contact.is_lone = 'N'

    ),

    procedure_date as (

        select
            usubjid,
            min(case when procedure_name = 'TRACHEOSTOMY' then date end) as tracheostomy_date,
            min(case when procedure_name = 'TRACHEOSTOMY' then date_flag end) as tracheostomy_date_flag,
            min(case when procedure_name = 'INVASIVE VENTILATION' then date end) as ventilation_date,
            min(case when procedure_name = 'INVASIVE VENTILATION' then date_flag end) as ventilation_date_flag
        from {{ ref('int_registry__procedure') }}
        group by usubjid

    ),

    unread as (select usubjid from {{ ref('int_registry__unread_status') }} where may_be_death = 'Y'),

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
            case
                when contact.date <= death.date_latest or death.date is null then contact.date
            end as last_alive_date,
            case
                when contact.date <= death.date_latest or death.date is null then contact.date_flag
            end as last_alive_date_flag,
            contact.latest_contact_date,
            death.date as death_date,
            death.date_latest as death_date_latest,
            death.date_flag as death_date_flag,
            death.other_date as other_death_date,
            death.other_date_latest as other_death_date_latest,
            death.precedes as death_precedes,
            death.set_aside_date,
            death.preceded_date,
            death.src_table as death_src_table,
            death.src_variable as death_src_variable,
            death._file as death_src_file,
            death._line as death_src_line,
            contact.src_table as last_src_table,
            contact.src_variable as last_src_variable,
            contact._file as last_src_file,
            contact._line as last_src_line
        from {{ ref('int_registry__timeline') }} as timeline
        left join {{ ref('int_registry__death') }} as death on timeline.usubjid = death.usubjid
        left join contact on timeline.usubjid = contact.usubjid and contact.choice = 1
        left join unread on timeline.pseudonym = unread.usubjid

    ),

    -- A partial date of death is its first possible day, but not before the last day recorded alive.
    placed as (

        select
            combined.*,
            case
                when last_alive_date > death_date then last_alive_date else death_date
            end as placed_death_date,
            case
                when death_date is null
                then null
                when latest_contact_date > coalesce(other_death_date_latest, death_date_latest)
                then latest_contact_date
                else coalesce(other_death_date_latest, death_date_latest)
            end as latest_death_date
        from combined

    )

select
    placed.usubjid,
    placed.vital_status,
    {{ days_between('index_date', 'placed_death_date') }} as death_day,
    placed.placed_death_date as death_date,
    placed.death_date_latest,
    placed.death_date_flag,
    {{ days_between('index_date', 'latest_death_date') }} as latest_death_day,
    placed.latest_death_date,
    placed.other_death_date,
    placed.death_precedes,
    placed.set_aside_date,
    placed.preceded_date,
    case when latest_contact_date > death_date_latest then latest_contact_date end as alive_after_death_date,
    {{ days_between('index_date', 'last_alive_date') }} as last_visit_day,
    placed.last_alive_date as last_visit_date,
    {{ days_between('index_date', 'last_alive_date') }} as last_alive_day,
    placed.last_alive_date,
    placed.last_alive_date_flag,
    {{ days_between('index_date', 'tracheostomy_date') }} as tracheostomy_day,
    procedure_date.tracheostomy_date,
    procedure_date.tracheostomy_date_flag,
    {{ days_between('index_date', 'ventilation_date') }} as ventilation_day,
    procedure_date.ventilation_date,
    procedure_date.ventilation_date_flag,
    placed.death_src_table,
    placed.death_src_variable,
    placed.death_src_file,
    placed.death_src_line,
    placed.last_src_table,
    placed.last_src_variable,
    placed.last_src_file,
    placed.last_src_line
from placed
left join procedure_date on placed.usubjid = procedure_date.usubjid
