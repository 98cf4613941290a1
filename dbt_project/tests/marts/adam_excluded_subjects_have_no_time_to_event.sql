-- A subject excluded from time-to-event has no row in ADTTE; the composite never ends after death.
select adtte.usubjid
from {{ ref('adtte') }} as adtte
inner join {{ ref('adsl') }} as adsl on adtte.usubjid = adsl.usubjid
where adsl.excltte is not null
union all
select composite.usubjid
from {{ ref('adtte') }} as composite
inner join
    {{ ref('adtte') }} as overall
    on composite.usubjid = overall.usubjid
    and composite.origin = overall.origin
    and composite.vsrule = overall.vsrule
where
    composite.paramcd = 'TFS'
    and overall.paramcd = 'OS'
    and (composite.aval > overall.aval or (overall.cnsr = 0 and composite.cnsr > 0))
