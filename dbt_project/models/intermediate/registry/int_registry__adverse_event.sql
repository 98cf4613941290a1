with
    event as (

        select
            timeline.usubjid,
            timeline.index_date,
            record.seq,
            record.preferred_term,
            coalesce(record.body_system, record.soc) as body_system,
            record.severity_meaning as severity,
            record.toxicity_grade,
            record.serious,
            {{ yes_or_no('record.ser_death') }} as ser_death,
            {{ yes_or_no('record.ser_life_threat') }} as ser_life_threat,
            {{ yes_or_no('record.ser_hospital') }} as ser_hospital,
            {{ yes_or_no('record.ser_disability') }} as ser_disability,
            {{ yes_or_no('record.ser_congenital') }} as ser_congenital,
            case
                when 'Y' in (record.ser_other, record.ser_cancer, record.ser_overdose)
                then 'Y'
                else {{ yes_or_no('record.ser_other') }}
            end as ser_other,
            -- The word itself where it is in the list; what it means beside it.
            case when record.causality_meaning_unknown is null then record.causality end as causality,
            record.causality_meaning,
            record.action_meaning,
            record.outcome_meaning,
            record.start_date,
            record.start_date_latest,
            record.start_date_flag,
            record.end_date,
            record.end_date_latest,
            record.end_date_flag,
            record.dictionary_version,
            record._file,
            record._line,
            row_number() over (
                partition by record.usubjid
                order by
                    record.start_date nulls last,
                    record.preferred_term nulls last,
                    record.severity nulls last,
                    record.seq nulls last,
                    record._file,
                    record._line
            ) as event_order
        from {{ ref('stg_registry__ae') }} as record
        inner join {{ ref('int_registry__timeline') }} as timeline on record.usubjid = timeline.pseudonym
        where
            timeline.stop_date is null or record.start_date is null or record.start_date <= timeline.stop_date

    ),

    numbered as (

        select
            *,
            case
                when seq is null
                then 1
                when row_number() over (partition by usubjid, seq order by event_order) > 1
                then 1
                else 0
            end as needs_seq,
            max(seq) over (partition by usubjid) as highest_seq
        from event

    )

select
    usubjid,
    cast(
        case
            when needs_seq = 0
            then seq
            else
                coalesce(highest_seq, 0) + sum(needs_seq) over (
                    partition by usubjid order by event_order rows between unbounded preceding and current row
                )
        end as int
    ) as ae_seq,
    preferred_term as ae_decod,
    body_system as ae_bodsys,
    severity,
    toxicity_grade,
    serious as serious_delivered,
    {{ serious_event('serious', [
        'ser_death', 'ser_life_threat', 'ser_hospital', 'ser_disability', 'ser_congenital', 'ser_other',
    ]) }} as serious,
    ser_death,
    ser_life_threat as ser_lifethreat,
    ser_hospital as ser_hosp,
    ser_disability as ser_disab,
    ser_congenital,
    ser_other,
    causality as causality_raw,
    coalesce(causality_meaning, 'MISSING') as causality_group,
    action_meaning as action_taken,
    outcome_meaning as outcome,
    start_date,
    start_date_latest,
    start_date_flag,
    {{ days_between('index_date', 'start_date') }} as start_day,
    end_date,
    end_date_latest,
    end_date_flag,
    {{ days_between('index_date', 'end_date') }} as end_day,
    dictionary_version,
    _file,
    _line
from numbered
