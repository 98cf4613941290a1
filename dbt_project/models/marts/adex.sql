select
    cast(subject.studyid as string) as STUDYID,
    cast(injection.usubjid as string) as USUBJID,
    cast(injection.ex_seq as int) as EXSEQ,
    cast(injection.treatment as string) as EXTRT,
    cast(injection.dose as double) as EXDOSE,
    cast(injection.dose_unit as string) as EXDOSU,
    cast(injection.route as string) as EXROUTE,
    cast(injection.dose_number as int) as DOSENO,
    cast(injection.cycle as int) as CYCLE,
    cast(injection.date as date) as ASTDT,
    cast(injection.date_flag as string) as ASTDTF,
    {{ study_day('injection.day - subject.first_dose_day') }} as ASTDY,
    cast(injection.day - subject.first_dose_day as int) as INJDY,
    cast(injection._file as string) as SRCFILE,
    cast(injection._line as int) as SRCLINE
from {{ ref('int_registry__injection') }} as injection
inner join {{ ref('int_registry__subject') }} as subject on injection.usubjid = subject.usubjid
