-- AVAL is ADT - STARTDT + 1 in days and in dates, at least 1; an event is described, a censoring explained,
-- never both;
-- entry lies before the end of a risk interval only where follow-up goes beyond it, and is never negative.
select usubjid, paramcd, origin, vsrule
from {{ ref('adtte') }}
where
    aval <> adtdy - startdy + 1
    or aval < 1
    or (startdt is not null and aval <> {{ days_between('STARTDT', 'ADT') }} + 1)
    or (cnsr = 0 and (evntdesc is null or cnsdtdsc is not null))
    or (cnsr > 0 and (evntdesc is not null or cnsdtdsc is null))
    or entrydy < 0
    or entryhdy < 0
