{# What a delivered table looks like from far: one row per column of the source dictionary, counts and lengths, never a
   value. Each table is scanned once: grouping sets reduce it to its distinct values and how often they occur, and all
   else is worked out on those. #}
{# Distinct values of every column of one delivered table: source, table_name, column_name, value, n. #}
{% macro source_values(source_name, table_name) -%}
    {%- set columns = dictionary_columns(source_name, table_name) -%}
    select
        cast('{{ source_name | upper }}' as string) as source,
        cast('{{ table_name }}' as string) as table_name,
        case
            {%- for column in columns %}
                when grouping({{ column.name }}) = 0 then '{{ column.name }}'
            {%- endfor %}
        end as column_name,
        case
            {%- for column in columns %}
                when grouping({{ column.name }}) = 0 then {{ column.name }}
            {%- endfor %}
        end as value,
        count(*) as n
    from {{ source(source_name, table_name) }}
    group by
        grouping sets (
            {%- for column in columns %}({{ column.name }}){{ ', ' if not loop.last }}{% endfor -%}
        )
{%- endmacro %}


{# One row per dictionary column of some delivered tables: source, table_name, column_name, is_identifier, in one list, since a
   union of hundreds of rows is beyond some planners. A number in an identifier is no quantity, and its median would be
   somebody's number. #}
{% macro source_dictionary_rows(source_name, table_names) -%}
    select source, table_name, column_name, is_identifier
    from
        (
            values
                {%- for table_name in table_names %}
                    {%- for column in dictionary_columns(source_name, table_name) %}
                        (
                            '{{ source_name | upper }}',
                            '{{ table_name }}',
                            '{{ column.name }}',
                            '{{ "Y" if column.name == "subject_id" or column.config.meta.get("identifier") else "N" }}'
                        ){{ ',' if not loop.last }}
                    {%- endfor %} {{ ',' if not loop.last }}
                {%- endfor %}
        ) as listed(source, table_name, column_name, is_identifier)
{%- endmacro %}


{# The lower median of weighted values: the least one that at least half of the weight does not exceed. `reached` is the
   running weight in the order of the values. #}
{% macro weighted_median(value, reached, total) -%}
    min(case when 2 * {{ reached }} >= {{ total }} then {{ value }} end)
{%- endmacro %}
