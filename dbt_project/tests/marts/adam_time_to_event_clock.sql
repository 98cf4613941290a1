-- AVAL is ADT - STARTDT + 1 in days and in dates, at least 1; an event is described, a censoring
-- explained, never both; entry lies before the end of a risk interval only where follow-up goes
-- beyond it, and is never negative.
select USUBJID, PARAMCD, ORIGIN, VSRULE
from {{ ref('adtte') }}
where
    AVAL <> ADTDY - STARTDY + 1
    or AVAL < 1
    or (STARTDT is not null and AVAL <> {{ days_between('STARTDT', 'ADT') }} + 1)
    or (CNSR = 0 and (EVNTDESC is null or CNSDTDSC is not null))
    or (CNSR > 0 and (EVNTDESC is not null or CNSDTDSC is null))
    or ENTRYDY < 0
    or ENTRYHDY < 0
