with
    fact as (

        select
            timeline.usubjid,
            timeline.index_date,
            fact.fact,
            fact.start_date,
            fact.start_date_flag,
            fact.location,
            fact.detail,
            row_number() over (
                partition by timeline.usubjid, fact.fact
                order by
                    fact.start_date nulls last,
                    fact.start_date_flag nulls first,
                    fact.location,
                    fact._file,
                    fact._line
            ) as choice
        from {{ ref('int_registry__fact') }} as fact
        inner join {{ ref('int_registry__timeline') }} as timeline on fact.usubjid = timeline.pseudonym
        where timeline.stop_date is null or fact.start_date is null or fact.start_date <= timeline.stop_date

    ),

    onset_site as (

        select
            usubjid,
            max(case when location like '%BULBAR%' then 1 else 0 end) as bulbar,
            max(
                case
                    when
                        location like '%LIMB%'
                        or location like '%ARM%'
                        or location like '%LEG%'
                        or location like '%HAND%'
                        or location like '%FOOT%'
                    then 1
                    else 0
                end
            ) as limb,
            max(case when location like '%RESP%' then 1 else 0 end) as respiratory,
            max(case when location is not null then 1 else 0 end) as stated
        from fact
        where fact = 'SYMPTOM ONSET'
        group by usubjid

    ),

    -- The most certain category on record up to the index stands; it comes from the diagnosis or
    -- from a finding.
    escorial as (

        select
            usubjid,
            min(
                case
                    when detail like '%DEFINITE%'
                    then 1
                    when detail like '%PROBABLE%LAB%'
                    then 3
                    when detail like '%PROBABLE%'
                    then 2
                    when detail like '%POSSIBLE%'
                    then 4
                    when detail like '%SUSPECTED%'
                    then 5
                end
            ) as rank
        from fact
        where fact in ('DIAGNOSIS', 'EL ESCORIAL')
        group by usubjid

    ),

    per_subject as (

        select
            usubjid,
            max(case when fact = 'SYMPTOM ONSET' and choice = 1 then start_date end) as onset_date,
            max(case when fact = 'SYMPTOM ONSET' and choice = 1 then start_date_flag end) as onset_date_flag,
            max(case when fact = 'DIAGNOSIS' and choice = 1 then start_date end) as diagnosis_date,
            max(case when fact = 'DIAGNOSIS' and choice = 1 then start_date_flag end) as diagnosis_date_flag,
            max(case when fact = 'FAMILY HISTORY' then 'Y' end) as family_history,
            max(case when fact = 'RILUZOLE' then 'Y' end) as riluzole,
            min(case when fact = 'RILUZOLE' then start_date end) as riluzole_start_date,
            max(case when fact = 'EDARAVONE' then 'Y' end) as edaravone
        from fact
        group by usubjid

    ),

    -- No record of a drug means "not taken" only where the delivery holds medications at all.
    delivered as (

        select
            (select count(*) from {{ ref('stg_registry__cm') }}) as n_medication,
            (
                select count(*) from {{ ref('int_registry__fact') }} where fact = 'FAMILY HISTORY'
            ) as n_family_history

    )

select
    timeline.usubjid,
    per_subject.onset_date,
    per_subject.onset_date_flag,
    {{ days_between('timeline.index_date', 'per_subject.onset_date') }} as onset_day,
    per_subject.diagnosis_date,
    per_subject.diagnosis_date_flag,
    {{ days_between('timeline.index_date', 'per_subject.diagnosis_date') }} as diagnosis_day,
    case
        when onset_site.bulbar = 1 and onset_site.limb = 1
        then 'BOTH'
        when onset_site.bulbar = 1
        then 'BULBAR'
        when onset_site.limb = 1
        then 'LIMB'
        when onset_site.respiratory = 1
        then 'RESPIRATORY'
        when onset_site.stated = 1
        then 'OTHER'
    end as onset_site,
    case
        escorial.rank
        when 1
        then 'DEFINITE'
        when 2
        then 'PROBABLE'
        when 3
        then 'PROBABLE LAB'
        when 4
        then 'POSSIBLE'
        when 5
        then 'SUSPECTED'
    end as el_escorial,
    case
        when delivered.n_family_history > 0 then coalesce(per_subject.family_history, 'N')
    end as family_history,
    case when delivered.n_medication > 0 then coalesce(per_subject.riluzole, 'N') end as riluzole,
    {{ days_between('timeline.index_date', 'per_subject.riluzole_start_date') }} as riluzole_start_day,
    case when delivered.n_medication > 0 then coalesce(per_subject.edaravone, 'N') end as edaravone
from {{ ref('int_registry__timeline') }} as timeline
cross join delivered
left join per_subject on timeline.usubjid = per_subject.usubjid
left join onset_site on timeline.usubjid = onset_site.usubjid
left join escorial on timeline.usubjid = escorial.usubjid
