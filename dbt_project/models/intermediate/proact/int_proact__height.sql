select
    usubjid,
    cast(median(height_cm) as double) as height_cm,
    min(height_cm) as lowest_cm,
    max(height_cm) as highest_cm,
    min(_file) as _file,
    min(_line) as _line
from {{ ref('int_proact__vital_sign_record') }}
where height_cm is not null
group by usubjid
