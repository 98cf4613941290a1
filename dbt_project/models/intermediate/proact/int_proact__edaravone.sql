-- Edaravone has no table of its own: a concomitant medication says Yes, nothing says No.
select
    {{ proact_usubjid() }} as usubjid,
    cast('Y' as string) as edaravone,
    cast(min({{ within_limits('start_day', 'event_day') }}) as int) as edaravone_start_day
from {{ ref('stg_proact__conmeds') }}
where upper(medication_coded) like '%EDARAVON%' or upper(medication_coded) like '%RADICAVA%'
group by subject_id
