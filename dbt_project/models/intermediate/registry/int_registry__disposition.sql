with
    disposition as (

        select
            timeline.usubjid,
            timeline.index_date,
            fact.fact,
            fact.start_date as date,
            fact.start_date_flag as date_flag,
            event.eos_status,
            row_number() over (
                partition by timeline.usubjid
                order by fact.start_date desc nulls last, fact.fact nulls last, fact._file, fact._line
            ) as choice
        from {{ ref('int_registry__fact') }} as fact
        inner join {{ ref('int_registry__timeline') }} as timeline on fact.usubjid = timeline.pseudonym
        inner join {{ ref('disposition_fact') }} as event on fact.fact = event.fact
        where
            fact.domain = 'DS'
            and fact.fact <> 'DEATH'
            and event.eos_status in ('DISCONTINUED', 'COMPLETED')
            and (timeline.stop_date is null or fact.start_date <= timeline.stop_date)

    ),

    unread as (select distinct usubjid from {{ ref('int_registry__unread_status') }}),

    screening as (select distinct usubjid from {{ ref('int_registry__fact') }} where fact = 'SCREEN FAILURE'),

    resolved as (

        select
            timeline.usubjid,
            timeline.index_date,
            case
                when vital.vital_status = 'DIED'
                then 'DISCONTINUED'
                when timeline.withdrawal_request = 'STOP'
                then 'DISCONTINUED'
                when disposition.eos_status is not null
                then disposition.eos_status
                when unread.usubjid is null
                then 'ONGOING'
            end as eos_status,
            case
                when vital.vital_status = 'DIED'
                then vital.death_date
                when timeline.withdrawal_request = 'STOP'
                then timeline.stop_date
                else disposition.date
            end as eos_date,
            case
                when vital.vital_status = 'DIED'
                then vital.death_date_flag
                when timeline.withdrawal_request = 'STOP'
                then timeline.stop_date_flag
                else disposition.date_flag
            end as eos_date_flag,
            case
                when vital.vital_status = 'DIED'
                then 'DEATH'
                when timeline.withdrawal_request = 'STOP'
                then 'STOP OF FOLLOW-UP REQUESTED'
                when disposition.eos_status = 'DISCONTINUED'
                then disposition.fact
            end as discontinuation_reason,
            case when screening.usubjid is not null then 'Y' else 'N' end as screen_failure
        from {{ ref('int_registry__timeline') }} as timeline
        inner join {{ ref('int_registry__vital_status') }} as vital on timeline.usubjid = vital.usubjid
        left join disposition on timeline.usubjid = disposition.usubjid and disposition.choice = 1
        left join unread on timeline.pseudonym = unread.usubjid
        left join screening on timeline.pseudonym = screening.usubjid

    )

select
    usubjid,
    eos_status,
    {{ days_between('index_date', 'eos_date') }} as eos_day,
    eos_date,
    eos_date_flag,
    discontinuation_reason,
    screen_failure
from resolved
