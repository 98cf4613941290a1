with
    event as (

        select
            event.*,
            subject.studyid,
            case subject.source when 'REGISTRY' then subject.first_dose_day else 0 end as reference_day,
            coalesce(event.start_date_latest, event.start_date) as latest_start_date
        from {{ ref('int_cohort__adverse_event') }} as event
        inner join {{ ref('int_cohort__subject') }} as subject on event.usubjid = subject.usubjid

    ),

    timed as (

        select
            *,
            case
                when start_date is null
                then start_day
                else start_day + {{ days_between('start_date', 'latest_start_date') }}
            end as latest_start_day
        from event

    ),

    emergent as (

        select
            *,
            -- CDISC pilot: the start as recorded, a missing day taken as the first, a missing month
            -- as no date.
            case
                when reference_day is null
                then null
                when start_date_flag in ('M', 'Y')
                then null
                when start_day >= reference_day
                then 'Y'
            end as pilot_flag,
            -- PHUSE: emergent unless it cannot have started on or after the first administration.
            case
                when reference_day is null
                then null
                when end_day < reference_day
                then null
                when latest_start_day < reference_day
                then null
                else 'Y'
            end as phuse_flag
        from timed

    ),

    last_dose as (

        select
            emergent.usubjid,
            emergent.ae_seq,
            max(injection.day) as dose_day,
            max(injection.date) as dose_date,
            max(injection.dose_number) as dose_number
        from emergent
        inner join
            {{ ref('int_registry__injection') }} as injection
            on emergent.usubjid = injection.usubjid
            and injection.day <= emergent.start_day
        group by emergent.usubjid, emergent.ae_seq

    ),

    occurrence as (

        select
            usubjid,
            ae_seq,
            row_number() over (partition by usubjid order by start_day, ae_seq) as in_subject,
            row_number() over (partition by usubjid, ae_bodsys order by start_day, ae_seq) as in_class,
            row_number() over (
                partition by usubjid, ae_bodsys, ae_decod order by start_day, ae_seq
            ) as in_term
        from emergent
        where pilot_flag = 'Y'

    )

select
    cast(emergent.studyid as string) as STUDYID,
    cast(emergent.usubjid as string) as USUBJID,
    cast(emergent.ae_seq as int) as AESEQ,
    cast(emergent.ae_decod as string) as AEDECOD,
    cast(emergent.ae_bodsys as string) as AEBODSYS,
    cast(emergent.start_date as date) as ASTDT,
    cast(emergent.start_date_flag as string) as ASTDTF,
    {{ study_day('emergent.start_day - emergent.reference_day') }} as ASTDY,
    cast(emergent.end_date as date) as AENDT,
    cast(emergent.end_date_flag as string) as AENDTF,
    {{ study_day('emergent.end_day - emergent.reference_day') }} as AENDY,
    cast(emergent.start_day - emergent.reference_day as int) as STARTDY,
    cast(emergent.pilot_flag as string) as TRTEMFL,
    cast(emergent.phuse_flag as string) as TREM2FL,
    cast(last_dose.dose_date as date) as LDOSEDT,
    cast(emergent.start_day - last_dose.dose_day as int) as LDOSDY,
    cast(last_dose.dose_number as int) as LDOSENO,
    cast(emergent.serious as string) as AESER,
    cast(emergent.ser_death as string) as AESDTH,
    cast(emergent.ser_lifethreat as string) as AESLIFE,
    cast(emergent.ser_hosp as string) as AESHOSP,
    cast(emergent.ser_disab as string) as AESDISAB,
    cast(emergent.ser_congenital as string) as AESCONG,
    cast(emergent.ser_other as string) as AESMIE,
    cast(emergent.severity as string) as AESEV,
    cast(
        case
            upper(emergent.severity)
            when 'MILD'
            then 1
            when 'MODERATE'
            then 2
            when 'SEVERE'
            then 3
            when 'LIFE THREATENING'
            then 4
            when 'FATAL'
            then 5
        end as int
    ) as AESEVN,
    cast(emergent.toxicity_grade as int) as ATOXGR,
    cast(emergent.causality_raw as string) as AEREL,
    cast(
        case
            when emergent.source = 'REGISTRY'
            then coalesce(map.relgr1, 'MISSING')
            when emergent.causality_raw is not null
            then map.relgr1
        end as string
    ) as RELGR1,
    cast(emergent.action_taken as string) as AEACN,
    cast(emergent.outcome as string) as AEOUT,
    cast(
        case when upper(emergent.outcome) = 'FATAL' or emergent.ser_death = 'Y' then 'Y' end as string
    ) as AEFATFL,
    cast(case when occurrence.in_subject = 1 then 'Y' end as string) as AOCCFL,
    cast(case when occurrence.in_class = 1 then 'Y' end as string) as AOCCSFL,
    cast(case when occurrence.in_term = 1 then 'Y' end as string) as AOCCPFL,
    cast(emergent.dictionary_version as string) as DICTVER,
    cast(adsl.TRT01A as string) as TRT01A,
    cast(adsl.TRT01AN as int) as TRT01AN,
    cast(adsl.SAFFL as string) as SAFFL,
    cast(emergent._file as string) as SRCFILE,
    cast(emergent._line as int) as SRCLINE
from emergent
inner join {{ ref('adsl') }} as adsl on emergent.usubjid = adsl.USUBJID
left join last_dose on emergent.usubjid = last_dose.usubjid and emergent.ae_seq = last_dose.ae_seq
left join occurrence on emergent.usubjid = occurrence.usubjid and emergent.ae_seq = occurrence.ae_seq
left join
    {{ ref('ae_causality') }} as map
    on upper(emergent.causality_raw) = map.causality
    and map.map_version = (select max(map_version) from {{ ref('ae_causality') }})
