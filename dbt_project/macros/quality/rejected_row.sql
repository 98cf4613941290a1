{# Every delivered record of one source that was not used. One row per rejected record and rule. #}
{% macro rejected_row(source_name) -%}
    {%- for table in delivered_tables(source_name) %}
        select
            cast('{{ source_name | upper }}' as string) as source,
            cast('{{ table }}' as string) as table_name,
            _file as source_file,
            _line as source_line,
            _reject_column as column_name,
            _reject_rule as rule,
            _reject_reason as reason
        from {{ ref('typed_' ~ source_name ~ '__' ~ table) }}
        where _reject_rule is not null
        union all
    {%- endfor %}
    select
        cast(upper(source) as string),
        cast(lower(table_name) as string),
        cast(_file as string),
        cast(_line as bigint),
        cast(null as string),
        cast(rule as string),
        cast(reason as string)
    from {{ source('delivery', source_name ~ '_decode_reject') }}
{%- endmacro %}
