with
    per_subject as (

        select
            usubjid,
            min(onset_day) as onset_day,
            max(onset_day) as latest_onset_day,
            min(diagnosis_day) as diagnosis_day,
            max(diagnosis_day) as latest_diagnosis_day,
            {{ combined_onset_site('site_from_text') }} as site_from_text,
            {{ combined_onset_site('site_from_flags') }} as site_from_flags,
            min(_file) as _file,
            min(_line) as _line
        from {{ ref('int_proact__als_history_record') }}
        group by usubjid

    )

select
    usubjid,
    onset_day,
    latest_onset_day,
    case when diagnosis_day < onset_day then null else diagnosis_day end as diagnosis_day,
    diagnosis_day as diagnosis_day_recorded,
    latest_diagnosis_day,
    cast(coalesce(site_from_text, site_from_flags) as string) as onset_site,
    site_from_text,
    site_from_flags,
    _file,
    _line
from per_subject
