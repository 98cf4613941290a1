-- No mart holds a day after the request to stop follow-up, and nobody dies in them after it.
with stopped as (select usubjid, stop_day from {{ ref('int_registry__timeline') }} where stop_day is not null)

select stopped.usubjid
from stopped
inner join {{ ref('adqs') }} as adqs on stopped.usubjid = adqs.USUBJID
where adqs.INDEXDY > stopped.stop_day
union all
select stopped.usubjid
from stopped
inner join {{ ref('adtte') }} as adtte on stopped.usubjid = adtte.USUBJID
where adtte.ADTDY > stopped.stop_day
union all
select stopped.usubjid
from stopped
inner join {{ ref('adsl') }} as adsl on stopped.usubjid = adsl.USUBJID
where adsl.DTHDY > stopped.stop_day or adsl.LSTALVDY > stopped.stop_day
