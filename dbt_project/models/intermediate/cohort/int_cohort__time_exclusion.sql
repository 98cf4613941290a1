-- Why a subject has no time-to-event rows at all, the first reason that holds; null when there is
-- none. Dates that contradict each other are never clipped into agreement: the subject is left out,
-- named, and put to the site.
select
    subject.usubjid,
    cast(
        case
            when vital.death_conflict = 'Y'
            then 'two dates of death'
            when vital.death_day < subject.harvest_day
            then 'death before harvest'
            when vital.death_day < subject.last_dose_day
            then 'injection after death'
            when subject.first_dose_known = 'N'
            then 'first injection not known'
            when vital.death_day < subject.onset_day
            then 'death before symptom onset'
            when vital.death_day < vital.last_visit_day
            then 'recorded alive after death'
            when subject.source = 'REGISTRY' and subject.index_date is null
            then 'no index date'
            when
                subject.source = 'REGISTRY'
                and subject.withdrawal_request = 'STOP'
                and subject.withdrawal_day is null
            then 'stop of follow-up without a date'
            when
                subject.source = 'REGISTRY' and subject.first_dose_day is null and subject.harvest_day is null
            then 'neither harvested nor injected'
            when vital.last_visit_day is null and vital.death_day is null
            then case subject.source when 'PROACT' then 'no recorded visit' else 'no dated record' end
            when
                coalesce(vital.death_day, vital.last_visit_day) < 0 and coalesce(vital.last_visit_day, -1) < 0
            then 'follow-up ends before the index'
        end as string
    ) as reason
from {{ ref('int_cohort__subject') }} as subject
inner join {{ ref('int_cohort__vital_status') }} as vital on subject.usubjid = vital.usubjid
