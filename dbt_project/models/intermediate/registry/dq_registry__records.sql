{{ config(materialized='view') }}
{%- set spans = [('ae', 'AEENDTC'), ('cm', 'CMENDTC'), ('mh', 'MHENDTC'), ('pr', 'PRENDTC'), ('ex', 'EXENDTC')] -%}
{%- set dated = [
    ('ex', 'start_date', 'EXSTDTC'), ('ae', 'start_date', 'AESTDTC'), ('pr', 'start_date', 'PRSTDTC'),
    ('ds', 'start_date', 'DSSTDTC'), ('cm', 'start_date', 'CMSTDTC'), ('qs', 'collected_date', 'QSDTC'),
    ('re', 'collected_date', 'REDTC'), ('vs', 'collected_date', 'VSDTC'),
] -%}
{%- set subject = "coalesce(studyid || '-', '') || usubjid" -%}
{%- set filled = "result_text = 'Y' or result_collected = 'Y' or result_number is not null" -%}
{%- set results = [
    ('qs', filled), ('re', filled), ('vs', filled), ('lb', filled), ('eg', filled), ('pe', filled),
    ('fa', 'result_shown is not null'), ('ss', "result_text_filled = 'Y' or result_collected_filled = 'Y'"),
] -%}
with
    timeline as (select * from {{ ref('int_registry__timeline') }}),

    {% for table, variable in spans -%}
        {{ table }}_span as (

            select
                timeline.usubjid,
                record._file,
                record._line,
                record.start_date,
                record.end_date,
                record.end_date_latest as latest_end_date
            from {{ ref('stg_registry__' ~ table) }} as record
            inner join timeline on record.usubjid = timeline.pseudonym

        ),

    {% endfor %}
    {% for table, date, variable in dated -%}
        {{ table }}_dated as (

            select
                timeline.usubjid,
                timeline.stop_date,
                timeline.consent_date,
                record.{{ date }} as date,
                record.{{ date }}_latest as latest_date,
                record._file,
                record._line
            from {{ ref('stg_registry__' ~ table) }} as record
            inner join timeline on record.usubjid = timeline.pseudonym

        ),

    {% endfor %}
    {% for table in ['ae', 'ex', 'ds'] -%}
        {{ table }}_numbered as (

            select
                timeline.usubjid,
                record.seq,
                record._file,
                record._line,
                count(*) over (partition by record.usubjid, record.seq) as n_record
            from {{ ref('stg_registry__' ~ table) }} as record
            inner join timeline on record.usubjid = timeline.pseudonym

        ),

    {% endfor -%}
    exposure as (

        select
            timeline.usubjid,
            timeline.consent_date,
            given.date,
            given.date_latest as latest_date,
            given.n_record,
            given.uncounted,
            given._file,
            given._line
        from {{ ref('int_registry__administration') }} as given
        inner join timeline on given.usubjid = timeline.pseudonym

    ),

    first_dose as (

        select timeline.usubjid, timeline.first_dose_date as date, subject._file, subject._line
        from timeline
        inner join {{ ref('stg_registry__dm') }} as subject on timeline.pseudonym = subject.usubjid
        inner join {{ ref('int_registry__exposure') }} as exposure on timeline.pseudonym = exposure.usubjid
        where exposure.first_known = 'N'

    ),

    end_of_medication as (

        select timeline.usubjid, fact.fact, fact._file, fact._line
        from {{ ref('int_registry__fact') }} as fact
        inner join timeline on fact.usubjid = timeline.pseudonym
        where
            fact.domain = 'CM'
            and fact.fact in ('RILUZOLE', 'EDARAVONE', 'BOTH')
            and fact.start_date is null
            and fact.end_date is null

    ),

    finding as (
        {% for table in ['mh', 'cm', 'pr'] %}
            {{ registry_finding(ref('stg_registry__' ~ table), table, (table | upper) ~ 'OCCUR', 'prespecified_unanswered',
        "prespecified = 'Y' and occurrence is null and occurrence_unknown is null and status is null and coalesce(nullif(decod, 'NONE'), nullif(term, 'NONE')) is not null"
        ~ (' and start_date is null' if table == 'mh' else ''),
        "coalesce(nullif(decod, 'NONE'), term)", "'Y or N; until then it is not known'", usubjid=subject) }}
            union all
        {% endfor %}
        {% for table, result in results %}
            {{ registry_finding(ref('stg_registry__' ~ table), table, (table | upper) ~ 'STAT', 'result_of_not_done',
        "status = 'NOT DONE' and (" ~ result ~ ')', 'cast(collected_date as string)',
        "'no result, or no NOT DONE; the result is not used'", usubjid=subject) }}
            union all
        {% endfor %}
        {{ registry_finding(ref('stg_registry__ss'), 'ss', 'SSSTRESC', 'survival_status_contradicts', survival_contradicts(),
        'cast(collected_date as string)', "'the same status as collected; neither is used'", usubjid=subject) }}
        union all
        {% for table, variable in spans %}
            {{ registry_finding(table ~ '_span', table, variable, 'end_before_start', 'latest_end_date < start_date',
        "cast(end_date as string) || ' before ' || cast(start_date as string)", "'an end on or after the start'") }}
            union all
        {% endfor %}
        {% for table, date, variable in dated %}
            {{ registry_finding(table ~ '_dated', table, variable, 'record_after_stop', 'date > stop_date',
        "cast(date as string) || ' after ' || cast(stop_date as string)", "'no record after follow-up was to stop; not used'") }}
            union all
        {% endfor %}
        {{ registry_finding('ae_dated', 'ae', 'AESTDTC', 'event_before_consent', 'latest_date < consent_date',
        "cast(date as string) || ' before ' || cast(consent_date as string)", "'an event after consent, or medical history'") }}
        union all
        {% for table in ['ae', 'ex', 'ds'] %}
            {{ registry_finding(table ~ '_numbered', table, (table | upper) ~ 'SEQ', 'sequence_repeated',
        'seq is not null and n_record > 1', 'seq', "'one record per subject and sequence number'") }}
            union all
        {% endfor %}
        {{ registry_finding(ref('int_registry__injection'), 'ex', 'EXSTDTC', 'injection_undated', 'date is null',
        'ex_seq', "'the date of the administration; without it the dose is not counted'") }}
        union all
        {{ registry_finding('exposure', 'ex', 'EXSTDTC', 'two_injections_a_day', 'n_record > 1', 'date',
        "'one record a day; the records of a day count as one administration'") }}
        union all
        {{ registry_finding('exposure', 'ex', 'EXSTDTC', 'injection_before_consent', 'latest_date < consent_date',
        "cast(date as string) || ' before ' || cast(consent_date as string)",
        "'an administration after consent to the registry, or the confirmation that it was earlier; it is kept'") }}
        union all
        {{ registry_finding('exposure', 'ex', 'EXSTDTC', 'injection_may_precede_consent',
        'date < consent_date and latest_date >= consent_date',
        "cast(date as string) || ' to ' || cast(latest_date as string) || ', consent ' || cast(consent_date as string)",
        "'the day of the administration; it is kept'") }}
        union all
        {{ registry_finding('exposure', 'ex', 'EXDOSFRQ', 'doses_not_counted', "uncounted = 'Y'", 'date',
        "'complete dates of the span, EXENDTC and EXDOSFRQ; only its first day counts as an administration'") }}
        union all
        {{ registry_finding('first_dose', 'ex', 'EXSTDTC', 'first_injection_not_known', '1 = 1', 'date',
        "'what the earlier or undated record of exposure is; the subject has no times to events until then'") }}
        union all
        {{ registry_finding('end_of_medication', 'cm', 'CMSTDTC', 'medication_undated', '1 = 1', 'fact',
        "'when it was taken; it is taken for use at the index'") }}

    )

    {{ data_queries('finding', 'registry') }}
