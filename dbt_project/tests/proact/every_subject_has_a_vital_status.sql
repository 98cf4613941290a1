-- Subjects and vital states are counted alike; nobody is dropped for want of a record.
select count(*) as n_subject, count(vital_status.usubjid) as n_vital_status
from {{ ref('int_proact__subject') }} as subject
full outer join
    {{ ref('int_proact__vital_status') }} as vital_status on subject.usubjid = vital_status.usubjid
having count(subject.usubjid) <> count(*) or count(vital_status.usubjid) <> count(*)
