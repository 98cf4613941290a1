-- At most one baseline record per subject and parameter; BASE is constant there and equals AVAL on that
-- record; CHG is
-- AVAL - BASE wherever it is filled.
select usubjid, paramcd
from {{ ref('adqs') }}
group by usubjid, paramcd
having
    sum(case when ablfl = 'Y' then 1 else 0 end) > 1
    or count(distinct base) > 1
    or sum(case when ablfl = 'Y' and (base is null or aval <> base) then 1 else 0 end) > 0
    or sum(case when chg is not null and abs(chg - (aval - base)) > 1e-9 then 1 else 0 end) > 0
    or (max(case when ablfl = 'Y' then 1 else 0 end) = 0 and count(base) > 0)
