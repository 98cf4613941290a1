{{ config(materialized='view') }}
{%- set spans = [('ae', 'AEENDTC'), ('cm', 'CMENDTC'), ('mh', 'MHENDTC'), ('pr', 'PRENDTC'), ('ex', 'EXENDTC')] -%}
{%- set dated = [
    ('ex', 'start_date', 'EXSTDTC'), ('ae', 'start_date', 'AESTDTC'), ('pr', 'start_date', 'PRSTDTC'),
    ('ds', 'start_date', 'DSSTDTC'), ('cm', 'start_date', 'CMSTDTC'), ('qs', 'collected_date', 'QSDTC'),
    ('re', 'collected_date', 'REDTC'), ('vs', 'collected_date', 'VSDTC'),
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
                {{ latest_possible_date('record.end_date', 'record.end_date_flag') }} as latest_end_date
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
    unmapped as (

        select timeline.usubjid, record.decod as term, record._file, record._line
        from {{ ref('stg_registry__ds') }} as record
        inner join timeline on record.usubjid = timeline.pseudonym
        left join
            {{ ref('int_registry__fact') }} as fact
            on fact.domain = 'DS'
            and record._file = fact._file
            and record._line = fact._line
        where fact.fact is null and record.decod is not null

    ),

    other_product as (

        select timeline.usubjid, record.treatment, record._file, record._line
        from {{ ref('stg_registry__ex') }} as record
        inner join timeline on record.usubjid = timeline.pseudonym
        left join
            {{ ref('int_registry__fact') }} as fact
            on fact.domain = 'EX'
            and record._file = fact._file
            and record._line = fact._line
        where fact.fact is null and coalesce(record.occurrence, 'Y') <> 'N' and coalesce(record.dose, 1) > 0

    ),

    same_day as (

        select usubjid, date, min(_file) as _file, min(_line) as _line, count(*) as n_injection
        from {{ ref('int_registry__injection') }}
        where date is not null
        group by usubjid, date

    ),

    finding as (
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
        {{ registry_finding('ae_dated', 'ae', 'AESTDTC', 'event_before_consent', 'date < consent_date',
        "cast(date as string) || ' before ' || cast(consent_date as string)", "'an event after consent, or medical history'") }}
        union all
        {% for table in ['ae', 'ex', 'ds'] %}
            {{ registry_finding(table ~ '_numbered', table, (table | upper) ~ 'SEQ', 'sequence_repeated',
        'seq is not null and n_record > 1', 'seq', "'one record per subject and sequence number'") }}
            union all
        {% endfor %}
        {{ registry_finding('unmapped', 'ds', 'DSDECOD', 'term_unmapped', '1 = 1', 'substring(term, 1, 40)',
        "'a term of the registry term map'") }}
        union all
        {{ registry_finding('other_product', 'ex', 'EXTRT', 'treatment_unmapped', '1 = 1', 'null',
        "'a name of the study product in the registry term map'") }}
        union all
        {{ registry_finding(ref('int_registry__injection'), 'ex', 'EXSTDTC', 'injection_undated', 'date is null',
        'ex_seq', "'the date of the administration; without it the dose is not counted'") }}
        union all
        {{ registry_finding('same_day', 'ex', 'EXSTDTC', 'two_injections_a_day', 'n_injection > 1', 'date',
        "'one administration a day'") }}

    )

    {{ data_queries('finding', 'registry') }}
