with
    fact as (

        select
            timeline.usubjid,
            timeline.index_date,
            fact.fact,
            fact.possible_fact,
            fact.start_date,
            fact.start_date_latest,
            fact.start_date_flag,
            fact.location,
            fact.location_unknown,
            fact.detail,
            fact.detail_unknown,
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

    -- One unreadable place makes the site unknown, whatever else is on record: it may be the other region.
    onset_site as (

        select
            usubjid,
            max(case when location_unknown is not null then 'Y' else 'N' end) as any_unknown,
            {{ combined_onset_site('location') }} as site
        from fact
        where fact = 'SYMPTOM ONSET'
        group by usubjid

    ),

    -- The most certain category on record stands; it comes from the diagnosis or from a finding.
    escorial as (

        select
            usubjid,
            max(case when detail_unknown is not null then 'Y' else 'N' end) as any_unknown,
            min(
                case
                    detail
                    when 'DEFINITE'
                    then 1
                    when 'PROBABLE'
                    then 2
                    when 'PROBABLE LAB'
                    then 3
                    when 'POSSIBLE'
                    then 4
                    when 'SUSPECTED'
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
            max(
                case when fact = 'DIAGNOSIS' and choice = 1 then start_date_latest end
            ) as diagnosis_date_latest,
            {{ stated_or_possible('FAMILY HISTORY') }} as family_history,
            {{ stated_or_possible('RILUZOLE') }} as riluzole,
            min(case when fact in ('RILUZOLE', 'BOTH') then start_date end) as riluzole_start_date,
            {{ stated_or_possible('EDARAVONE') }} as edaravone
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
    per_subject.diagnosis_date_latest,
    {{ days_between('timeline.index_date', 'per_subject.diagnosis_date') }} as diagnosis_day,
    case when onset_site.any_unknown = 'N' then onset_site.site end as onset_site,
    case
        when escorial.any_unknown = 'Y'
        then null
        when escorial.rank = 1
        then 'DEFINITE'
        when escorial.rank = 2
        then 'PROBABLE'
        when escorial.rank = 3
        then 'PROBABLE LAB'
        when escorial.rank = 4
        then 'POSSIBLE'
        when escorial.rank = 5
        then 'SUSPECTED'
    end as el_escorial,
    case
        when delivered.n_family_history > 0 then nullif(coalesce(per_subject.family_history, 'N'), '?')
    end as family_history,
    case
        when delivered.n_medication > 0 then nullif(coalesce(per_subject.riluzole, 'N'), '?')
    end as riluzole,
    {{ days_between('timeline.index_date', 'per_subject.riluzole_start_date') }} as riluzole_start_day,
    case
        when delivered.n_medication > 0 then nullif(coalesce(per_subject.edaravone, 'N'), '?')
    end as edaravone
from {{ ref('int_registry__timeline') }} as timeline
cross join delivered
left join per_subject on timeline.usubjid = per_subject.usubjid
left join onset_site on timeline.usubjid = onset_site.usubjid
left join escorial on timeline.usubjid = escorial.usubjid
