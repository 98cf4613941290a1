-- A study day (ADY, ASTDY, AENDY) is never 0. Days of ADSL and ADTTE that end in DY count from the
-- index as day 0 by this study's convention and are described so.
select 'adqs' as table_name
from {{ ref('adqs') }}
where ADY = 0
union all
select 'adae' as table_name
from {{ ref('adae') }}
where ASTDY = 0 or AENDY = 0
union all
select 'adex' as table_name
from {{ ref('adex') }}
where ASTDY = 0
