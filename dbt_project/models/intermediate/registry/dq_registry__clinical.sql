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

    -- The reconciliation of deaths with adverse events, by subject; where no events are delivered, nothing is
    -- asked.
    untold_death as (

        select vital.*, coalesce(cast(vital.death_date as string), 'undated') as died_on
        from {{ ref('int_registry__vital_status') }} as vital
        left join event on vital.usubjid = event.usubjid and event.is_fatal = 'Y'
        where
            vital.vital_status = 'DIED'
            and event.usubjid is null
            and (select count(*) from {{ ref('int_registry__adverse_event') }}) > 0

    ),

    finding_of_day as (

        select
            usubjid,
            lower(src_table) as table_name,
            paramcd,
            date,
            min(_file) as _file,
            min(_line) as _line,
            min(value) as lowest,
            max(value) as highest
        from {{ ref('int_registry__finding') }}
        where value is not null and date_flag is null
        group by usubjid, src_table, paramcd, date

    ),

    several as (

        -- Several trials of a vital capacity are usual: the best counts, in both sources.
        select *
        from finding_of_day
        where lowest < highest and paramcd not in ('FVCL', 'FVCPP', 'SVCL', 'SVCPP')

    ),

    total_of_day as (select * from finding_of_day where paramcd = 'ALSFRSR'),

    item_sum as (

        select usubjid, date, {{ stable_sum('value') }} as total, count(*) as n_item
        from {{ ref('int_registry__measurement') }}
        where
            date_flag is null
            and paramcd in ({{ item_codes(alsfrs_shared_items() + alsfrs_revised_items()) }})
        group by usubjid, date

    ),

    differing as (

        select
            delivered.usubjid,
            delivered.date,
            delivered.lowest as value,
            item_sum.total,
            item_sum.n_item,
            delivered._file,
            delivered._line
        from total_of_day as delivered
        inner join item_sum on delivered.usubjid = item_sum.usubjid and delivered.date = item_sum.date

    ),

    finding as (

        {{ registry_finding('event', 'ae', 'AEOUT', 'fatal_event_without_death',
        "is_fatal = 'Y' and vital_status <> 'DIED'", "ae_seq", "'a death in DM or DS'") }}
        union all
        {{ registry_finding('untold_death', 'ae', 'AEOUT', 'death_without_fatal_event', '1 = 1', 'died_on',
        "'a fatal adverse event, or that the death has none'", file='death_src_file', line='death_src_line') }}
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
            || cast(date as string)
            || ': '
            || {{ number_text('lowest') }}
            || ', '
            || {{ number_text('highest') }} as found,
            cast('one value a day; of scores the lowest is used, else the middle one' as string) as expected,
            _file,
            _line
        from several
        union all
        {{ registry_finding('differing', 'qs', 'QSSTRESN', 'total_differs_from_items', 'n_item = 12 and value <> total',
        "cast(date as string) || ': ' || " ~ number_text('value'), "'sum of items ' || " ~ number_text('total')) }}
        union all
        {{ registry_finding('differing', 'qs', 'QSSTRESN', 'total_impossible',
        'n_item < 12 and not value between total and total + 4 * (12 - n_item)',
        "cast(date as string) || ': ' || " ~ number_text('value'),
        "'a total that can be reached with the items of the day; it is not used'") }}
        union all
        {{ registry_finding(ref('int_registry__height'), 'vs', 'VSSTRESN', 'heights_differ', 'highest_cm - lowest_cm > 5',
        number_text('lowest_cm') ~ " || ' and ' || " ~ number_text('highest_cm'), "'one height; the median is used'") }}
        union all
        {{ registry_finding(ref('int_registry__weight'), 'vs', 'VSSTRESU', 'weight_unit_unknown', 'settled_kg is null',
        number_text('weight_alone') ~ " || ' without unit on ' || cast(date as string)",
        "'the unit: kilograms or pounds; the weight is not used'") }}
        union all
        {{ registry_finding(ref('int_registry__weight'), 'vs', 'VSSTRESU', 'weight_unit_inferred', 'settled_kg <> weight_alone',
        number_text('weight_alone') ~ " || ' without unit on ' || cast(date as string)", "'pounds'") }}
        union all
        {{ registry_finding(ref('int_registry__weight'), 'vs', 'VSSTRESN', 'weight_far_from_own_median',
        'settled_kg is not null and weight_kg is null',
        number_text('settled_kg') ~ " || ' kg on ' || cast(date as string)", near_own_median('; it is not used')) }}
        union all
        select
            usubjid,
            lower(src_table),
            case src_table when 'VS' then 'VSSTRESU' else 'RESTRESU' end,
            'unit_inferred',
            paramcd || ' ' || {{ number_text('value') }} || ' on ' || cast(date as string),
            'the unit; the number can only be one in ' || unit_assumed,
            _file,
            _line
        from {{ ref('int_registry__finding') }}
        where unit_assumed in ('IN', 'M', 'LB', 'ML')
        union all
        select
            usubjid,
            lower(src_table),
            src_table || 'DTC',
            'measurement_date_partial',
            paramcd || ' ' || cast(date as string) || ' to ' || cast(date_latest as string),
            'the day; until then the value is no baseline',
            _file,
            _line
        from {{ ref('int_registry__finding') }}
        where date_flag is not null

    )

    {{ data_queries('finding', 'registry') }}
