-- A subject excluded from time-to-event has no row in ADTTE; the composite never ends after death.
select adtte.USUBJID
from {{ ref('adtte') }} as adtte
inner join {{ ref('adsl') }} as adsl on adtte.USUBJID = adsl.USUBJID
where adsl.EXCLTTE is not null
union all
select composite.USUBJID
from {{ ref('adtte') }} as composite
inner join
    {{ ref('adtte') }} as overall
    on composite.USUBJID = overall.USUBJID
    and composite.ORIGIN = overall.ORIGIN
    and composite.VSRULE = overall.VSRULE
where
    composite.PARAMCD = 'TFS'
    and overall.PARAMCD = 'OS'
    and (composite.AVAL > overall.AVAL or (overall.CNSR = 0 and composite.CNSR > 0))
