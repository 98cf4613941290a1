{%- set precedes_onset = 'coalesce(per_subject.diagnosis_date_latest < per_subject.onset_date, false)' -%}
with
    -- Nobody fell ill or was diagnosed before they were born: the first day of the year of birth, or the
    -- day on which
    -- somebody of that age was born at the earliest; nor, as in PRO-ACT, more than fifty years before the
    -- index.
    born as (

        select
            timeline.usubjid,
            greatest(
                coalesce(
                    cast(cast(dm.birth_year as string) || '-01-01' as date),
                    {{ add_days('timeline.index_date', 'cast(floor(-365.25e0 * (dm.age + 1)) as int)') }},
                    {{ add_days('timeline.index_date', limits('onset_day')[0]) }}
                ),
                {{ add_days('timeline.index_date', limits('onset_day')[0]) }}
            ) as earliest_day
        from {{ ref('int_registry__timeline') }} as timeline
        inner join {{ ref('stg_registry__dm') }} as dm on timeline.pseudonym = dm.usubjid

    ),

    stated as (

        select
            timeline.usubjid,
            timeline.index_date,
            fact.fact,
            fact.possible_fact,
            case
                when
                    fact.fact in ('SYMPTOM ONSET', 'DIAGNOSIS') and fact.start_date_latest < born.earliest_day
                then 'Y'
                else 'N'
            end as was_before_birth,
            fact.start_date,
            fact.start_date_latest,
            fact.start_date_flag,
            fact.location,
            fact.location_unknown,
            fact.detail,
            fact.detail_unknown,
            fact._file,
            fact._line
        from {{ ref('int_registry__fact') }} as fact
        inner join {{ ref('int_registry__timeline') }} as timeline on fact.usubjid = timeline.pseudonym
        left join born on timeline.usubjid = born.usubjid
        where coalesce(coalesce(fact.collected_date, fact.start_date) <= timeline.stop_date, true)

    ),

    fact as (

        select
            usubjid,
            index_date,
            fact,
            possible_fact,
            was_before_birth,
            case when was_before_birth = 'N' then start_date end as start_date,
            case when was_before_birth = 'N' then start_date_latest end as start_date_latest,
            case when was_before_birth = 'N' then start_date_flag end as start_date_flag,
            location,
            location_unknown,
            detail,
            detail_unknown,
            row_number() over (
                partition by usubjid, fact
                order by
                    was_before_birth nulls last,
                    start_date nulls last,
                    start_date_flag nulls first,
                    location nulls last,
                    _file,
                    _line
            ) as choice
        from stated

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

    -- The category at the index is that of the last assessment that was surely made by then, the most
    -- certain of
    -- several; without one, that of an undated record. It comes from the diagnosis or from a finding.
    assessment as (

        select
            usubjid,
            nullif(detail, 'NONE') as category,
            case when coalesce(start_date_latest <= index_date, true) then 'Y' else 'N' end as is_sure,
            row_number() over (
                partition by usubjid, coalesce(start_date_latest <= index_date, true)
                order by
                    start_date_latest desc nulls last,
                    case when detail_unknown is null then 1 else 0 end,
                    {{ el_escorial_rank('detail') }} nulls last
            ) as choice
        from fact
        where
            fact in ('DIAGNOSIS', 'EL ESCORIAL')
            and (detail_unknown is not null or {{ el_escorial_rank('detail') }} is not null)
            and coalesce(start_date <= index_date, true)

    ),

    -- An assessment that may or may not have been made by the index leaves it open, unless it says the same.
    escorial as (

        select sure.usubjid, case when count(possible.usubjid) = 0 then max(sure.category) end as category
        from assessment as sure
        left join
            assessment as possible
            on sure.usubjid = possible.usubjid
            and possible.is_sure = 'N'
            and coalesce(possible.category, '?') <> coalesce(sure.category, '?')
        where sure.is_sure = 'Y' and sure.choice = 1
        group by sure.usubjid

    ),

    per_subject as (

        select
            usubjid,
            max(case when fact = 'SYMPTOM ONSET' and choice = 1 then start_date end) as onset_date,
            max(case when fact = 'SYMPTOM ONSET' then start_date end) as latest_onset_date,
            max(case when fact = 'SYMPTOM ONSET' and choice = 1 then start_date_flag end) as onset_date_flag,
            max(case when fact = 'DIAGNOSIS' and choice = 1 then start_date end) as diagnosis_date,
            max(case when fact = 'DIAGNOSIS' and choice = 1 then start_date_flag end) as diagnosis_date_flag,
            max(
                case when fact = 'DIAGNOSIS' and choice = 1 then start_date_latest end
            ) as diagnosis_date_latest,
            max(case when fact = 'DIAGNOSIS' then start_date end) as latest_diagnosis_date,
            max(case when was_before_birth = 'Y' then fact end) as before_birth,
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
    per_subject.latest_onset_date,
    {{ days_between('timeline.index_date', 'per_subject.onset_date') }} as onset_day,
    -- A diagnosis surely before the onset is none, as in PRO-ACT; it is asked about.
    case when {{ precedes_onset }} then null else per_subject.diagnosis_date end as diagnosis_date,
    case when {{ precedes_onset }} then null else per_subject.diagnosis_date_flag end as diagnosis_date_flag,
    per_subject.diagnosis_date as diagnosis_date_recorded,
    per_subject.diagnosis_date_latest,
    per_subject.latest_diagnosis_date,
    case
        when {{ precedes_onset }}
        then null
        else {{ days_between('timeline.index_date', 'per_subject.diagnosis_date') }}
    end as diagnosis_day,
    per_subject.before_birth,
    case when onset_site.any_unknown = 'N' then onset_site.site end as onset_site,
    escorial.category as el_escorial,
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
