-- External controls keep their study: no first dose, no safety population, no calendar date.
select usubjid
from {{ ref('adsl') }}
where
    source = 'PROACT'
    and (
        saffl <> 'N' or trtsdt is not null or indexdt is not null or dthdt is not null or studyid <> 'PROACT'
    )
