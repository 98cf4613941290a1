-- One history record with what it says of onset and diagnosis, each checked by itself.
with
    records as (

        select
            {{ proact_usubjid('history.subject_id') }} as usubjid,
            history.*,
            {{ within_limits('history.onset_day', 'onset_day') }} as onset_day_possible,
            {{ within_limits('history.diagnosis_day', 'diagnosis_day') }} as diagnosis_day_possible,
            - demographics.age * 365.25 as birth_day,
            lower(history.site_of_onset) as site_text
        from {{ ref('stg_proact__alshistory') }} as history
        inner join
            {{ ref('int_proact__demographics') }} as demographics
            on history.subject_id = demographics.subject_id

    )

select
    usubjid,
    onset_day as onset_day_delivered,
    diagnosis_day as diagnosis_day_delivered,
    case when onset_day_possible < birth_day then null else onset_day_possible end as onset_day,
    case when diagnosis_day_possible < birth_day then null else diagnosis_day_possible end as diagnosis_day,
    site_of_onset,
    case
        when site_text like '%bulbar%' and (site_text like '%limb%' or site_text like '%spin%')
        then 'BOTH'
        when site_text like '%bulbar%'
        then 'BULBAR'
        when site_text like '%limb%' or site_text like '%spin%'
        then 'LIMB'
        when site_text like '%resp%'
        then 'RESPIRATORY'
        when lower(onset_other_specify) like '%resp%'
        then 'RESPIRATORY'
        when site_text is not null
        then 'OTHER'
    end as site_from_text,
    case
        when onset_limb_and_bulbar = 1
        then 'BOTH'
        when onset_bulbar = 1 and (onset_limb = 1 or onset_spine = 1)
        then 'BOTH'
        when onset_bulbar = 1
        then 'BULBAR'
        when onset_limb = 1 or onset_spine = 1
        then 'LIMB'
        when lower(onset_other_specify) like '%resp%'
        then 'RESPIRATORY'
        when onset_other = 1 or onset_other_specify is not null
        then 'OTHER'
    end as site_from_flags,
    _file,
    _line
from records
