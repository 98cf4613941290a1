select usubjid, source, cast('BASELINE' as string) as anchor, cast(0 as int) as anchor_day
from {{ ref('int_cohort__subject') }}
union all
select usubjid, source, cast('HARVEST' as string) as anchor, harvest_day as anchor_day
from {{ ref('int_cohort__subject') }}
where harvest_day is not null
