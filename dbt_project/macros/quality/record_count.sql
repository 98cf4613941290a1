{# What became of the records of every delivered table of one source, counted where they are used, not where they come from,
   so that a record lost or doubled on the way is seen. One row per table. #}
{% macro record_count(source_name) -%}
    with
        judged as (
            {%- for table in delivered_tables(source_name) %}
                {%- set of_table = source_name ~ '__' ~ table %}
                select
                    cast('{{ source_name | upper }}' as string) as source,
                    cast('{{ table }}' as string) as table_name,
                    cast('{{ "Y" if may_be_empty(source_name, table) else "N" }}' as string) as may_be_empty,
                    (select count(*) from {{ ref('stg_' ~ of_table) }}) as n_accepted,
                    (
                        select count(*) from {{ ref('typed_' ~ of_table) }} where _reject_rule is not null
                    ) as n_rejected
                {% if not loop.last %}
                    union all
                {% endif %}
            {%- endfor %}
        ),

        delivered as (

            select upper(source) as source, lower(table_name) as table_name, sum(n_record) as n_delivered
            from {{ source('delivery', source_name ~ '_delivered_file') }}
            group by upper(source), lower(table_name)

        ),

        undecoded as (

            select source, table_name, count(*) as n_undecoded
            from
                (
                    select distinct upper(source) as source, lower(table_name) as table_name, _file, _line
                    from {{ source('delivery', source_name ~ '_decode_reject') }}
                ) as record
            group by source, table_name

        )

    select
        judged.source,
        judged.table_name,
        cast(coalesce(delivered.n_delivered, 0) as bigint) as n_delivered,
        cast(judged.n_accepted as bigint) as n_accepted,
        cast(judged.n_rejected as bigint) as n_rejected,
        cast(coalesce(undecoded.n_undecoded, 0) as bigint) as n_undecoded,
        judged.may_be_empty
    from judged
    left join delivered on judged.source = delivered.source and judged.table_name = delivered.table_name
    left join undecoded on judged.source = undecoded.source and judged.table_name = undecoded.table_name
{%- endmacro %}
