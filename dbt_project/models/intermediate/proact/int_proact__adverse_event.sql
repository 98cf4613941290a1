with
    events as (

        select
            {{ proact_usubjid('events.subject_id') }} as usubjid,
            coalesce(events.preferred_term, events.lowest_level_term) as ae_decod,
            events.lowest_level_term,
            coalesce(events.system_organ_class, events.soc_abbreviation) as ae_bodsys,
            nullif(severity.meaning, 'NONE') as severity,
            events.severity as severity_delivered,
            nullif(outcome.meaning, 'NONE') as outcome,
            events.outcome as outcome_delivered,
            {{ within_limits('events.start_day', 'event_day') }} as start_day,
            {{ within_limits('events.end_day', 'event_day') }} as end_day_possible,
            events.start_day as start_day_delivered,
            events.end_day as end_day_delivered,
            events._file,
            events._line
        from {{ ref('stg_proact__adverseevents') }} as events
        left join
            {{ words_of('proact', 'adverseevents', 'Severity') }} as severity
            on events.severity = severity.value
        left join
            {{ words_of('proact', 'adverseevents', 'Outcome') }} as outcome on events.outcome = outcome.value

    )

select
    usubjid,
    cast(
        row_number() over (
            partition by usubjid
            order by
                start_day nulls last,
                ae_decod nulls last,
                lowest_level_term nulls last,
                end_day_possible nulls last,
                severity_delivered nulls last,
                outcome_delivered nulls last,
                ae_bodsys nulls last,
                start_day_delivered nulls last,
                end_day_delivered nulls last,
                _file,
                _line
        ) as int
    ) as ae_seq,
    cast(ae_decod as string) as ae_decod,
    cast(ae_bodsys as string) as ae_bodsys,
    cast(severity as string) as severity,
    cast(null as int) as toxicity_grade,
    cast(null as string) as serious_delivered,
    cast(null as string) as serious,
    cast(null as string) as ser_death,
    cast(null as string) as ser_lifethreat,
    cast(null as string) as ser_hosp,
    cast(null as string) as ser_disab,
    cast(null as string) as ser_congenital,
    cast(null as string) as ser_other,
    cast(null as string) as causality_raw,
    cast(null as string) as causality_group,
    cast(null as string) as action_taken,
    cast(outcome as string) as outcome,
    cast(null as date) as start_date,
    cast(null as date) as start_date_latest,
    cast(null as string) as start_date_flag,
    cast(start_day as int) as start_day,
    cast(null as date) as end_date,
    cast(null as date) as end_date_latest,
    cast(null as string) as end_date_flag,
    cast(case when end_day_possible < start_day then null else end_day_possible end as int) as end_day,
    cast(null as string) as dictionary_version,
    cast(severity_delivered as string) as severity_delivered,
    cast(start_day_delivered as int) as start_day_delivered,
    cast(end_day_delivered as int) as end_day_delivered,
    cast(_file as string) as _file,
    cast(_line as bigint) as _line
from events
