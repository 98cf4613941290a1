select
    cast(subject.studyid as string) as studyid,
    cast(injection.usubjid as string) as usubjid,
    cast(injection.ex_seq as int) as exseq,
    cast(injection.treatment as string) as extrt,
    cast(injection.dose as double) as exdose,
    cast(injection.dose_unit as string) as exdosu,
    cast(injection.route as string) as exroute,
    cast(injection.dose_number as int) as doseno,
    cast(injection.cycle as int) as cycle,
    cast(injection.date as date) as astdt,
    cast(injection.date_flag as string) as astdtf,
    {{ study_day('injection.day - subject.first_dose_day') }} as astdy,
    cast(injection.day - subject.first_dose_day as int) as injdy,
    cast(injection._file as string) as srcfile,
    cast(injection._line as int) as srcline
from {{ ref('int_registry__injection') }} as injection
inner join {{ ref('int_cohort__subject') }} as subject on injection.usubjid = subject.usubjid
