{# Of each table, how many records are meant for a fact and how many of them are understood. #}
{% macro understood_by_table(judged) -%}
    select
        source,
        table_name,
        cast(count(*) as bigint) as n_meant,
        cast(sum(is_understood) as bigint) as n_understood
    from {{ judged }}
    group by source, table_name
{%- endmacro %}
