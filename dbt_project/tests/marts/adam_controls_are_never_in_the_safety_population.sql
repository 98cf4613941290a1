-- External controls keep their study: no first dose, no safety population, no calendar date.
select USUBJID
from {{ ref('adsl') }}
where
    SOURCE = 'PROACT'
    and (
        SAFFL <> 'N' or TRTSDT is not null or INDEXDT is not null or DTHDT is not null or STUDYID <> 'PROACT'
    )
