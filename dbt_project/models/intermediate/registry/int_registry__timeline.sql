with
    stop_request as (

        select
            usubjid,
            min(request_date) as stop_date,
            min(request_date_latest) as stop_date_latest,
            max(case when request_date is null then 'Y' else 'N' end) as stop_undated
        from {{ ref('stg_registry__withdrawals') }}
        where request = 'STOP' and after_cut = 'N'
        group by usubjid

    ),

    fact as (

        select
            fact.usubjid,
            min(case when fact.fact = 'HARVEST' then fact.start_date end) as harvest_date,
            min(case when fact.fact = 'HARVEST' then fact.start_date_latest end) as harvest_date_latest,
            min(case when fact.fact = 'CONSENT' then fact.start_date end) as consent_date,
            min(case when fact.fact = 'CONSENT' then fact.start_date_latest end) as consent_date_latest
        from {{ ref('int_registry__fact') }} as fact
        left join stop_request on fact.usubjid = stop_request.usubjid
        where stop_request.stop_date is null or fact.start_date <= stop_request.stop_date
        group by fact.usubjid

    ),

    -- The first injection came no later than the last possible day of any of them.
    dose as (

        select
            given.usubjid,
            min(given.date) as first_dose_date_earliest,
            min(given.date_latest) as first_dose_date
        from {{ ref('int_registry__administration') }} as given
        left join stop_request on given.usubjid = stop_request.usubjid
        where stop_request.stop_date is null or given.date <= stop_request.stop_date
        group by given.usubjid

    ),

    -- What comes first or last is known to an interval where a date is partial; it stands for the last
    -- day of it, so
    -- that nothing counted from it begins before it. A harvest that may precede the first injection did.
    bounded as (

        select
            subject.usubjid as pseudonym,
            subject.studyid || '-' || subject.usubjid as usubjid,
            subject.studyid,
            dose.first_dose_date_earliest,
            dose.first_dose_date,
            fact.harvest_date as harvest_date_earliest,
            case
                when
                    fact.harvest_date <= dose.first_dose_date
                    and fact.harvest_date_latest > dose.first_dose_date
                then dose.first_dose_date
                else fact.harvest_date_latest
            end as harvest_date,
            subject.reference_start_date,
            subject.reference_start_date_latest,
            coalesce(subject.consent_date, fact.consent_date) as consent_date,
            coalesce(subject.consent_date_latest, fact.consent_date_latest) as consent_date_latest,
            stop_request.stop_date,
            stop_request.stop_date_latest,
            case when stop_request.usubjid is not null then 'STOP' end as withdrawal_request,
            coalesce(stop_request.stop_undated, 'N') as stop_undated,
            cut.data_cut
        from {{ ref('stg_registry__dm') }} as subject
        left join dose on subject.usubjid = dose.usubjid
        left join fact on subject.usubjid = fact.usubjid
        left join stop_request on subject.usubjid = stop_request.usubjid
        left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1

    ),

    indexed as (

        select
            *,
            coalesce(
                first_dose_date, harvest_date, reference_start_date_latest, consent_date_latest
            ) as index_date,
            case
                when first_dose_date is not null
                then first_dose_date_earliest
                when harvest_date is not null
                then harvest_date_earliest
                when reference_start_date is not null
                then reference_start_date
                else consent_date
            end as index_date_earliest,
            case
                when first_dose_date is not null
                then 'FIRST INJECTION'
                when harvest_date is not null
                then 'HARVEST'
                when reference_start_date is not null
                then 'REFERENCE START'
                when consent_date is not null
                then 'CONSENT'
            end as index_event
        from bounded

    )

select
    *,
    {{ date_flag('index_date_earliest', 'index_date') }} as index_date_flag,
    {{ date_flag('first_dose_date_earliest', 'first_dose_date') }} as first_dose_date_flag,
    {{ date_flag('harvest_date_earliest', 'harvest_date') }} as harvest_date_flag,
    {{ date_flag('stop_date', 'stop_date_latest') }} as stop_date_flag,
    {{ days_between('index_date', 'first_dose_date') }} as first_dose_day,
    {{ days_between('index_date', 'harvest_date') }} as harvest_day,
    {{ days_between('index_date', 'stop_date') }} as stop_day,
    {{ days_between('index_date', 'data_cut') }} as cut_day
from indexed
