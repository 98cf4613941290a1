-- When the medications that are covariates were taken, by record, as the earliest and the latest day that
-- the dates
-- leave open. A blank start is a use that was already there, a blank end one that goes on; `is_certain` is
-- N where the
-- word, or whether it was taken at all, is not known.
select
    timeline.usubjid,
    medication.name as medication,
    case when fact.fact is not null then 'Y' else 'N' end as is_certain,
    {{ days_between('timeline.index_date', 'fact.start_date') }} as earliest_start_day,
    {{ days_between('timeline.index_date', 'fact.start_date_latest') }} as latest_start_day,
    {{ days_between('timeline.index_date', 'fact.end_date') }} as earliest_end_day,
    {{ days_between('timeline.index_date', 'fact.end_date_latest') }} as latest_end_day,
    fact._file,
    fact._line
from {{ ref('int_registry__fact') }} as fact
inner join {{ ref('int_registry__timeline') }} as timeline on fact.usubjid = timeline.pseudonym
inner join
    (values ('RILUZOLE'), ('EDARAVONE')) as medication(name)
    on coalesce(fact.fact, fact.possible_fact) in (medication.name, 'BOTH', 'ANY')
where
    fact.domain = 'CM'
    and (timeline.stop_date is null or fact.start_date is null or fact.start_date <= timeline.stop_date)
