-- At most one first-occurrence flag per subject, per class and per term, and only on treatment-emergent
-- events.
select usubjid, aebodsys, aedecod
from {{ ref('adae') }}
group by usubjid, aebodsys, aedecod
having
    sum(case when aoccpfl = 'Y' then 1 else 0 end) > 1
    or sum(
        case
            when (aoccfl = 'Y' or aoccsfl = 'Y' or aoccpfl = 'Y') and coalesce(trtemfl, 'N') <> 'Y'
            then 1
            else 0
        end
    )
    > 0
    or (
        max(case when trtemfl = 'Y' then 1 else 0 end) = 1
        and max(case when aoccpfl = 'Y' then 1 else 0 end) = 0
    )
