-- At most one baseline record per subject and parameter; BASE is constant there and equals AVAL on
-- that record; CHG is AVAL - BASE wherever it is filled.
select USUBJID, PARAMCD
from {{ ref('adqs') }}
group by USUBJID, PARAMCD
having
    sum(case when ABLFL = 'Y' then 1 else 0 end) > 1
    or count(distinct BASE) > 1
    or sum(case when ABLFL = 'Y' and (BASE is null or AVAL <> BASE) then 1 else 0 end) > 0
    or sum(case when CHG is not null and abs(CHG - (AVAL - BASE)) > 1e-9 then 1 else 0 end) > 0
    or (max(case when ABLFL = 'Y' then 1 else 0 end) = 0 and count(BASE) > 0)
