{# What the delivered tables of one source look like column by column. One row per table and column of the dictionary. #}
{% macro source_profile(source_name) -%}
    with
        dictionary as ({{ source_dictionary_rows(source_name, delivered_tables(source_name)) }}),

        delivered_value as (
            {%- for name in delivered_tables(source_name) %}
                {{ source_values(source_name, name) }}
                {% if not loop.last %}
                    union all
                {% endif %}
            {%- endfor %}
        ),

        date_value as ({{ read_dates('delivered_value', 'value') }}),

        cast_value as (

            select
                source,
                table_name,
                column_name,
                value,
                n,
                {{ to_double('value') }} as number,
                case when date_value.delivered is not null then n else 0 end as n_date
            from delivered_value
            left join date_value on delivered_value.value = date_value.delivered

        ),

        ordered_value as (

            select
                *,
                case when number is not null then n else 0 end as n_number,
                sum(case when number is not null then n else 0 end) over (
                    partition by source, table_name, column_name
                    order by number nulls last, value nulls last
                    rows between unbounded preceding and current row
                ) as n_number_reached,
                sum(case when number is not null then n else 0 end) over (
                    partition by source, table_name, column_name
                ) as n_number_total
            from cast_value

        ),

        counted as (

            select
                source,
                table_name,
                column_name,
                sum(n) as n_row,
                sum(case when value is null then n else 0 end) as n_missing,
                count(value) as n_distinct,
                min(length(value)) as shortest,
                max(length(value)) as longest,
                sum(n_number) as n_numeric,
                sum(n_date) as n_date,
                {{ weighted_median('number', 'n_number_reached', 'n_number_total') }} as median_number
            from ordered_value
            group by source, table_name, column_name

        ),

        undecoded as (

            select upper(source) as source, lower(table_name) as table_name, count(*) as n_decode_reject
            from {{ source('delivery', source_name ~ '_decode_reject') }}
            group by upper(source), lower(table_name)

        ),

        profile as (

            select
                dictionary.source,
                dictionary.table_name,
                dictionary.column_name,
                coalesce(counted.n_row, 0) as n_row,
                coalesce(counted.n_missing, 0) as n_missing,
                coalesce(counted.n_row - counted.n_missing, 0) as n_filled,
                coalesce(counted.n_distinct, 0) as n_distinct,
                counted.shortest,
                counted.longest,
                coalesce(counted.n_numeric, 0) as n_numeric,
                coalesce(counted.n_date, 0) as n_date,
                case
                    when dictionary.is_identifier = 'N' and counted.n_numeric >= 5 then counted.median_number
                end as median_number,
                coalesce(undecoded.n_decode_reject, 0) as n_decode_reject
            from dictionary
            left join
                counted
                on dictionary.source = counted.source
                and dictionary.table_name = counted.table_name
                and dictionary.column_name = counted.column_name
            left join
                undecoded
                on dictionary.source = undecoded.source
                and dictionary.table_name = undecoded.table_name

        )

    select
        cast(source as string) as source,
        cast(table_name as string) as table_name,
        cast(column_name as string) as column_name,
        cast(n_row as bigint) as n_row,
        cast(n_missing as bigint) as n_missing,
        cast(n_distinct as bigint) as n_distinct,
        cast(shortest as int) as shortest,
        cast(longest as int) as longest,
        cast(n_numeric as bigint) as n_numeric,
        cast(n_date as bigint) as n_date,
        cast(median_number as double) as median_number,
        cast(n_decode_reject as bigint) as n_decode_reject,
        cast(100e0 * n_filled / nullif(n_row, 0) as double) as filled_pct,
        cast(100e0 * n_numeric / nullif(n_filled, 0) as double) as numeric_pct,
        cast(100e0 * n_date / nullif(n_filled, 0) as double) as date_pct,
        cast(100e0 * n_decode_reject / nullif(n_row + n_decode_reject, 0) as double) as decode_reject_pct
    from profile
{%- endmacro %}
