with
    event as (

        select
            timeline.usubjid,
            timeline.index_date,
            record.seq,
            record.preferred_term,
            coalesce(record.body_system, record.soc) as body_system,
            record.severity,
            record.toxicity_grade,
            record.serious,
            record.ser_death,
            record.ser_life_threat,
            record.ser_hospital,
            record.ser_disability,
            record.ser_congenital,
            case
                when 'Y' in (record.ser_other, record.ser_cancer, record.ser_overdose)
                then 'Y'
                else record.ser_other
            end as ser_other,
            record.causality,
            record.action_taken,
            record.outcome,
            record.start_date,
            record.start_date_latest,
            record.start_date_flag,
            record.end_date,
            record.end_date_flag,
            record.dictionary_version,
            record._file,
            record._line,
            row_number() over (
                partition by record.usubjid
                order by
                    record.start_date nulls last,
                    record.preferred_term,
                    record.severity,
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
    case
        when 'Y' in (ser_death, ser_life_threat, ser_hospital, ser_disability, ser_congenital, ser_other)
        then 'Y'
        else serious
    end as serious,
    ser_death,
    ser_life_threat as ser_lifethreat,
    ser_hospital as ser_hosp,
    ser_disability as ser_disab,
    ser_congenital,
    ser_other,
    causality as causality_raw,
    action_taken,
    outcome,
    start_date,
    start_date_latest,
    start_date_flag,
    {{ days_between('index_date', 'start_date') }} as start_day,
    end_date,
    end_date_flag,
    {{ days_between('index_date', 'end_date') }} as end_day,
    dictionary_version,
    _file,
    _line
from numbered
