with
    subject as (select * from {{ ref('stg_registry__dm') }}),

    stop_request as (

        select
            usubjid,
            min(request_date) as stop_date,
            max(case when request_date is null then 'Y' else 'N' end) as stop_undated
        from {{ ref('stg_registry__withdrawals') }}
        where request = 'STOP'
        group by usubjid

    ),

    fact as (

        select
            fact.usubjid,
            min(case when fact.fact = 'HARVEST' then fact.start_date end) as harvest_date,
            min(case when fact.fact = 'CONSENT' then fact.start_date end) as consent_date
        from {{ ref('int_registry__fact') }} as fact
        left join stop_request on fact.usubjid = stop_request.usubjid
        where stop_request.stop_date is null or fact.start_date <= stop_request.stop_date
        group by fact.usubjid

    ),

    dose as (

        select
            given.usubjid,
            min(given.date) as first_dose_date,
            max(
                case
                    when stop_request.stop_date is null or given.span_end_date <= stop_request.stop_date
                    then coalesce(given.span_end_date, given.date)
                    else given.date
                end
            ) as last_dose_date
        from {{ ref('int_registry__administration') }} as given
        left join stop_request on given.usubjid = stop_request.usubjid
        where stop_request.stop_date is null or given.date <= stop_request.stop_date
        group by given.usubjid

    ),

    dated as (

        select
            subject.usubjid as pseudonym,
            subject.studyid || '-' || subject.usubjid as usubjid,
            subject.studyid,
            dose.first_dose_date,
            dose.last_dose_date,
            fact.harvest_date,
            coalesce(subject.consent_date, fact.consent_date) as consent_date,
            stop_request.stop_date,
            case when stop_request.usubjid is not null then 'STOP' end as withdrawal_request,
            coalesce(stop_request.stop_undated, 'N') as stop_undated,
            coalesce(
                dose.first_dose_date,
                fact.harvest_date,
                subject.reference_start_date,
                subject.consent_date,
                fact.consent_date
            ) as index_date,
            case
                when dose.first_dose_date is not null
                then 'FIRST INJECTION'
                when fact.harvest_date is not null
                then 'HARVEST'
                when subject.reference_start_date is not null
                then 'REFERENCE START'
                when coalesce(subject.consent_date, fact.consent_date) is not null
                then 'CONSENT'
            end as index_event,
            cut.data_cut
        from subject
        left join dose on subject.usubjid = dose.usubjid
        left join fact on subject.usubjid = fact.usubjid
        left join stop_request on subject.usubjid = stop_request.usubjid
        left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1

    )

select
    *,
    {{ days_between('index_date', 'first_dose_date') }} as first_dose_day,
    {{ days_between('index_date', 'last_dose_date') }} as last_dose_day,
    {{ days_between('index_date', 'harvest_date') }} as harvest_day,
    {{ days_between('index_date', 'stop_date') }} as stop_day,
    {{ days_between('index_date', 'data_cut') }} as cut_day
from dated
