-- At most one first-occurrence flag per subject, per class and per term however it is spelled, and only on
-- treatment-emergent events.
with
    keyed as (

        select
            adae.*,
            {{ term_key('adae.AEBODSYS') }} as class_key,
            {{ term_key('adae.AEDECOD') }} as preferred_key
        from {{ ref('adae') }} as adae

    )

select USUBJID, class_key, preferred_key
from keyed
group by USUBJID, class_key, preferred_key
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
