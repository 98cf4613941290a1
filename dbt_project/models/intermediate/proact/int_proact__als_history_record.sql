-- One history record with what it says of onset and diagnosis, each checked by itself.
with
    records as (

        select
            {{ proact_usubjid('history.subject_id') }} as usubjid,
            history.*,
            {{ within_limits('history.onset_day', 'onset_day') }} as onset_day_possible,
            {{ within_limits('history.diagnosis_day', 'diagnosis_day') }} as diagnosis_day_possible,
            - demographics.age * 365.25e0 as birth_day,
            site.meaning as site_meaning,
            other_site.meaning as other_meaning
        from {{ ref('stg_proact__alshistory') }} as history
        inner join
            {{ ref('int_proact__demographics') }} as demographics
            on history.subject_id = demographics.subject_id
        left join
            {{ words_of('proact', 'alshistory', 'Site_of_Onset') }} as site
            on history.site_of_onset = site.value
        left join
            {{ words_of('proact', 'alshistory', 'Site_of_Onset___Other_Specify') }} as other_site
            on history.onset_other_specify = other_site.value

    )

select
    usubjid,
    onset_day as onset_day_delivered,
    diagnosis_day as diagnosis_day_delivered,
    case when onset_day_possible < birth_day then null else onset_day_possible end as onset_day,
    case when diagnosis_day_possible < birth_day then null else diagnosis_day_possible end as diagnosis_day,
    site_of_onset,
    -- "Other" is made precise by what is written beside it; if nobody knows that word, the site is not known.
    case
        when site_meaning = 'OTHER' and onset_other_specify is not null
        then nullif(other_meaning, 'NONE')
        else nullif(site_meaning, 'NONE')
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
        when onset_other_specify is not null
        then nullif(other_meaning, 'NONE')
        when onset_other = 1
        then 'OTHER'
    end as site_from_flags,
    _file,
    _line
from records
