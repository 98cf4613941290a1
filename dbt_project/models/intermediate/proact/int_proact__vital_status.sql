with
    records as (

        select
            {{ proact_usubjid('deathdata.subject_id') }} as usubjid,
            case
                -- 'No' beside a day of death says neither.
                when word.meaning = 'NOT DIED' and death_day is not null
                then 'NOT RECORDED'
                when word.meaning in ('DIED', 'NOT DIED')
                then word.meaning
                -- A day of death without a status is still a death.
                when subject_died is null and death_day is not null
                then 'DIED'
            end as status,
            death_day as death_day_delivered,
            cast(floor({{ within_limits('death_day', 'death_day') }}) as int) as death_day,
            _file,
            _line
        from {{ ref('stg_proact__deathdata') }} as deathdata
        left join
            {{ words_of('proact', 'deathdata', 'Subject_Died') }} as word
            on deathdata.subject_died = word.value

    ),

    -- A recorded death stands against a recorded survival; of two days the earlier stands, the later is the
    -- other bound.
    per_subject as (

        select
            usubjid,
            case
                when max(case when status = 'DIED' then 1 else 0 end) = 1
                then 'DIED'
                when max(case when status = 'NOT RECORDED' then 1 else 0 end) = 1
                then 'NOT RECORDED'
                else max(status)
            end as vital_status,
            case when min(status) <> max(status) then 'Y' else 'N' end as status_differs,
            min(case when status = 'DIED' then death_day end) as death_day,
            max(case when status = 'DIED' then death_day end) as latest_death_day
        from records
        group by usubjid

    ),

    -- The record that the day of death is taken from; of equal ones the first line.
    cited as (

        select usubjid, _file, _line
        from
            (
                select
                    records.*,
                    row_number() over (
                        partition by usubjid
                        order by
                            status nulls last,
                            death_day nulls last,
                            death_day_delivered nulls last,
                            _file,
                            _line
                    ) as citation
                from records
            ) as ranked
        where citation = 1

    ),

    visits as (

        select
            usubjid,
            src_table,
            day,
            _file,
            _line,
            row_number() over (partition by usubjid order by day desc, src_table nulls last) as recency
        from {{ ref('int_proact__visit') }}
        where is_lone = 'N'

    ),

    visits_before_death as (

        select visits.usubjid, max(visits.day) as day
        from visits
        inner join per_subject on visits.usubjid = per_subject.usubjid
        where per_subject.death_day is null or visits.day <= per_subject.death_day
        group by visits.usubjid

    )

select
    demographics.usubjid,
    cast(coalesce(per_subject.vital_status, 'NOT RECORDED') as string) as vital_status,
    cast(per_subject.death_day as int) as death_day,
    cast(null as date) as death_date,
    cast(null as string) as death_date_flag,
    cast(
        case
            when visits.day > per_subject.latest_death_day then visits.day else per_subject.latest_death_day
        end as int
    ) as latest_death_day,
    cast(null as date) as latest_death_date,
    cast(per_subject.status_differs as string) as status_differs,
    cast(per_subject.latest_death_day as int) as last_reported_death_day,
    cast(visits.day as int) as last_visit_day,
    cast(null as date) as last_visit_date,
    cast(
        case
            when per_subject.death_day is not null
            then coalesce(visits_before_death.day, per_subject.death_day)
            else visits.day
        end as int
    ) as last_alive_day,
    cast(null as date) as last_alive_date,
    cast(null as string) as last_alive_date_flag,
    cast(null as int) as tracheostomy_day,
    cast(null as date) as tracheostomy_date,
    cast(null as string) as tracheostomy_date_flag,
    cast(null as int) as ventilation_day,
    cast(null as date) as ventilation_date,
    cast(null as string) as ventilation_date_flag,
    cast(case when visits.day > per_subject.death_day then 'Y' else 'N' end as string) as visit_after_death,
    cast('deathdata' as string) as death_src_table,
    cast('Death_Days' as string) as death_src_variable,
    cast(cited._file as string) as death_src_file,
    cast(cited._line as bigint) as death_src_line,
    cast(visits.src_table as string) as last_src_table,
    cast('last visit' as string) as last_src_variable,
    cast(visits._file as string) as last_src_file,
    cast(visits._line as bigint) as last_src_line
from {{ ref('int_proact__demographics') }} as demographics
left join per_subject on demographics.usubjid = per_subject.usubjid
left join cited on demographics.usubjid = cited.usubjid
left join visits on demographics.usubjid = visits.usubjid and visits.recency = 1
left join visits_before_death on demographics.usubjid = visits_before_death.usubjid
