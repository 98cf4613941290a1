{{ config(materialized='view') }}
with
    event as (

        select
            event.*,
            vital.vital_status,
            {{ fatal_event('event.outcome', 'event.ser_death', 'event.severity', 'event.toxicity_grade') }}
            as is_fatal
        from {{ ref('int_registry__adverse_event') }} as event
        inner join {{ ref('int_registry__vital_status') }} as vital on event.usubjid = vital.usubjid

    ),

    recorded as (
        {% for table in ['qs', 're', 'vs'] %}
            select
                timeline.usubjid,
                cast('{{ table }}' as string) as table_name,
                record.paramcd,
                record.collected_date,
                record.value,
                record._file,
                record._line
            from {{ ref('stg_registry__' ~ table) }} as record
            inner join {{ ref('int_registry__timeline') }} as timeline on record.usubjid = timeline.pseudonym
            where record.paramcd is not null and record.value is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    several as (

        select
            usubjid,
            table_name,
            paramcd,
            collected_date,
            min(_file) as _file,
            min(_line) as _line,
            min(value) as lowest,
            max(value) as highest
        from recorded
        group by usubjid, table_name, paramcd, collected_date
        having min(value) < max(value)

    ),

    item_sum as (

        select usubjid, day, {{ stable_sum('value') }} as total
        from {{ ref('int_registry__measurement') }}
        where paramcd in ({{ item_codes(alsfrs_shared_items() + alsfrs_revised_items()) }})
        group by usubjid, day
        having count(*) = 12

    ),

    differing as (

        select total.usubjid, total.date, total.value, item_sum.total, total._file, total._line
        from {{ ref('int_registry__measurement') }} as total
        inner join item_sum on total.usubjid = item_sum.usubjid and total.day = item_sum.day
        where total.paramcd = 'ALSFRSR' and total.value <> item_sum.total

    ),

    finding as (

        {{ registry_finding('event', 'ae', 'AEOUT', 'fatal_event_without_death',
        "is_fatal = 'Y' and vital_status <> 'DIED'", "ae_seq", "'a death in DM or DS'") }}
        union all
        {{ registry_finding('event', 'ae', 'AESER', 'serious_contradicts', "serious = 'Y' and coalesce(serious_delivered, 'N') <> 'Y'",
        "'AESEQ ' || cast(ae_seq as string)", "'Y, since a criterion of seriousness is Y'") }}
        union all
        {{ registry_finding('event', 'ae', 'AEDECOD', 'term_missing', 'ae_decod is null', 'ae_seq', "'a coded term'") }}
        union all
        {{ registry_finding('event', 'ae', 'AESTDTC', 'event_undated', 'start_date is null', 'ae_seq', "'a start date, partial if need be'") }}
        union all
        select
            usubjid,
            table_name,
            cast('STRESN' as string) as column_name,
            cast('values_differ_in_a_day' as string) as rule,
            paramcd
            || ' '
            || cast(collected_date as string)
            || ': '
            || {{ number_text('lowest') }}
            || ', '
            || {{ number_text('highest') }} as found,
            cast('one value a day; the highest sequence number is used' as string) as expected,
            _file,
            _line
        from several
        union all
        {{ registry_finding('differing', 'qs', 'QSSTRESN', 'total_differs_from_items', '1 = 1',
        "cast(date as string) || ': ' || " ~ number_text('value'), "'sum of items ' || " ~ number_text('total')) }}

    )

    {{ data_queries('finding', 'registry') }}
