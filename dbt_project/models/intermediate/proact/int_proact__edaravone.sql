-- Edaravone has no table of its own: a concomitant medication says Yes, nothing says No. A use that began
-- after day 0 or
-- ended before it is none at day 0; a blank start was already there, a blank stop goes on.
select
    {{ proact_usubjid('conmeds.subject_id') }} as usubjid,
    cast(
        max(
            case
                when coalesce(conmeds.start_day, 0) <= 0 and coalesce(conmeds.stop_day, 0) >= 0
                then 'Y'
                else 'N'
            end
        ) as string
    ) as edaravone,
    cast(min({{ within_limits('conmeds.start_day', 'event_day') }}) as int) as edaravone_start_day
from {{ ref('stg_proact__conmeds') }} as conmeds
inner join
    {{ words_of('proact', 'conmeds', 'Medication_Coded') }} as word on conmeds.medication_coded = word.value
where word.meaning in ('EDARAVONE', 'BOTH')
group by conmeds.subject_id
