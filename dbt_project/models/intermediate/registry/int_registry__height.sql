select
    usubjid,
    cast(median(value) as double) as height_cm,
    min(value) as lowest_cm,
    max(value) as highest_cm,
    min(_file) as _file,
    min(_line) as _line
from {{ ref('int_registry__finding') }}
where paramcd = 'HEIGHT'
group by usubjid
