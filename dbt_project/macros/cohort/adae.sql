{# Adverse events of one source, as `adae` has them. #}
{% macro adae(source) -%}
    with
        event as (

            select
                event.*,
                subject.studyid,
                adsl.TRT01A as treatment,
                adsl.TRT01AN as treatment_number,
                adsl.SAFFL as in_safety_population,
                -- Controls are given nothing: they are counted from their index.
                {% if source == 'proact' %} 0
                {% else %} case when adsl.TRT01AN = 3 then 0 else subject.first_dose_day end
                {% endif %} as reference_day
            from {{ ref('int_' ~ source ~ '__adverse_event') }} as event
            inner join {{ ref('int_' ~ source ~ '__subject') }} as subject on event.usubjid = subject.usubjid
            inner join {{ ref('int_' ~ source ~ '__adsl') }} as adsl on event.usubjid = adsl.USUBJID

        ),

        timed as (

            select
                *,
                start_day
                + coalesce({{ days_between('start_date', 'start_date_latest') }}, 0) as latest_start_day,
                end_day + coalesce({{ days_between('end_date', 'end_date_latest') }}, 0) as latest_end_day
            from event

        ),

        emergent as (

            select
                *,
                {{ emergent_cdisc('start_day', 'start_date_flag', 'reference_day') }} as pilot_flag,
                {{ emergent_phuse('latest_start_day', 'latest_end_day', 'reference_day') }} as phuse_flag,
                {{ term_key('timed.ae_bodsys') }} as class_key,
                {{ term_key('timed.ae_decod') }} as preferred_key
            from timed

        ),

        {% if source == 'registry' %}
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

        {% endif %}

        occurrence as (

            select
                usubjid,
                ae_seq,
                row_number() over (
                    partition by usubjid order by start_day nulls last, ae_seq nulls last
                ) as in_subject,
                row_number() over (
                    partition by usubjid, class_key order by start_day nulls last, ae_seq nulls last
                ) as in_class,
                row_number() over (
                    partition by usubjid, class_key, preferred_key
                    order by start_day nulls last, ae_seq nulls last
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
        cast(emergent.start_date_latest as date) as ASTLSTDT,
        {{ study_day('emergent.start_day - emergent.reference_day') }} as ASTDY,
        cast(emergent.end_date as date) as AENDT,
        cast(emergent.end_date_flag as string) as AENDTF,
        cast(emergent.end_date_latest as date) as AENLSTDT,
        {{ study_day('emergent.end_day - emergent.reference_day') }} as AENDY,
        cast(emergent.start_day - emergent.reference_day as int) as STARTDY,
        cast(emergent.pilot_flag as string) as TRTEMFL,
        cast(emergent.phuse_flag as string) as TREM2FL,
        {% if source == 'registry' %}
            cast(last_dose.dose_date as date) as LDOSEDT,
            cast(emergent.start_day - last_dose.dose_day as int) as LDOSDY,
            cast(last_dose.dose_number as int) as LDOSENO,
        {% else %} cast(null as date) as LDOSEDT, cast(null as int) as LDOSDY, cast(null as int) as LDOSENO,
        {% endif %}
        cast(emergent.serious as string) as AESER,
        cast(emergent.serious_delivered as string) as AESERDLV,
        cast(emergent.ser_death as string) as AESDTH,
        cast(emergent.ser_lifethreat as string) as AESLIFE,
        cast(emergent.ser_hosp as string) as AESHOSP,
        cast(emergent.ser_disab as string) as AESDISAB,
        cast(emergent.ser_congenital as string) as AESCONG,
        cast(emergent.ser_other as string) as AESMIE,
        cast(emergent.severity as string) as AESEV,
        cast({{ severity_number('emergent.severity') }} as int) as AESEVN,
        cast(emergent.toxicity_grade as int) as ATOXGR,
        cast(emergent.causality_raw as string) as AEREL,
        cast(emergent.causality_group as string) as RELGR1,
        cast(emergent.action_taken as string) as AEACN,
        cast(emergent.outcome as string) as AEOUT,
        cast(
            {{ fatal_event(
            'emergent.outcome', 'emergent.ser_death', 'emergent.severity', 'emergent.toxicity_grade'
        ) }} as string
        ) as AEFATFL,
        cast(case when occurrence.in_subject = 1 then 'Y' end as string) as AOCCFL,
        cast(case when occurrence.in_class = 1 then 'Y' end as string) as AOCCSFL,
        cast(case when occurrence.in_term = 1 then 'Y' end as string) as AOCCPFL,
        cast(emergent.dictionary_version as string) as DICTVER,
        cast(emergent.treatment as string) as TRT01A,
        cast(emergent.treatment_number as int) as TRT01AN,
        cast(emergent.in_safety_population as string) as SAFFL,
        cast(emergent._file as string) as SRCFILE,
        cast(emergent._line as int) as SRCLINE
    from emergent
    {% if source == 'registry' %}
        left join last_dose on emergent.usubjid = last_dose.usubjid and emergent.ae_seq = last_dose.ae_seq
    {% endif %}
    left join occurrence on emergent.usubjid = occurrence.usubjid and emergent.ae_seq = occurrence.ae_seq
{%- endmacro %}
