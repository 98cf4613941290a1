-- At most one first-occurrence flag per subject, per class and per term however it is spelled, and only on
-- treatment-emergent events.
select USUBJID, {{ term_key('AEBODSYS') }}, {{ term_key('AEDECOD') }}
from {{ ref('adae') }}
group by USUBJID, {{ term_key('AEBODSYS') }}, {{ term_key('AEDECOD') }}
having
    sum(case when AOCCPFL = 'Y' then 1 else 0 end) > 1
    or sum(
        case
            when (AOCCFL = 'Y' or AOCCSFL = 'Y' or AOCCPFL = 'Y') and coalesce(TRTEMFL, 'N') <> 'Y'
            then 1
            else 0
        end
    )
    > 0
    or (
        max(case when TRTEMFL = 'Y' then 1 else 0 end) = 1
        and max(case when AOCCPFL = 'Y' then 1 else 0 end) = 0
    )
