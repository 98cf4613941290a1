-- Nothing of a subject who asked for erasure goes beyond the rejected records, which name file and line only.
with erased as (select distinct usubjid from {{ ref('stg_registry__withdrawals') }} where request = 'ERASE')

select erased.usubjid
from erased
inner join {{ ref('stg_registry__dm') }} as dm on erased.usubjid = dm.usubjid
union all
select erased.usubjid
from erased
inner join {{ ref('adsl') }} as adsl on adsl.USUBJID like '%' || erased.usubjid
union all
select erased.usubjid
from erased
inner join {{ ref('data_query') }} as query on query.usubjid like '%' || erased.usubjid
