-- No measurement, visit or adverse event stands without its subject.
with
    mentioned as (

        select distinct usubjid
        from {{ ref('int_proact__measurement') }}
        union
        select distinct usubjid
        from {{ ref('int_proact__visit') }}

    )

select mentioned.usubjid
from mentioned
left join {{ ref('int_proact__subject') }} as subject on mentioned.usubjid = subject.usubjid
where subject.usubjid is null
