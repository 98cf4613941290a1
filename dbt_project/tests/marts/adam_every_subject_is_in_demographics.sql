-- USUBJID of ADSL is in the accepted demographics of its source, and every accepted subject is in ADSL.
with
    demographics as (

        select studyid || '-' || usubjid as usubjid
        from {{ ref('stg_registry__dm') }}
        union all
        select {{ proact_usubjid() }} as usubjid
        from {{ ref('stg_proact__demographics') }}

    )

select coalesce(adsl.USUBJID, demographics.usubjid) as usubjid
from {{ ref('adsl') }} as adsl
full outer join demographics on adsl.USUBJID = demographics.usubjid
where adsl.USUBJID is null or demographics.usubjid is null
