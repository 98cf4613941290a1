{# The data queries of one relation of findings (usubjid, table_name, column_name, rule, found, expected, _file,
   _line): one row per query, whatever the number of records that raise it; the lowest file and line stand for it. #}
{% macro data_queries(relation, source) -%}
    select
        {{ data_query_id() }} as query_id,
        cast('{{ source | upper }}' as string) as source,
        cast(usubjid as string) as usubjid,
        cast(table_name as string) as table_name,
        cast(column_name as string) as column_name,
        cast(rule as string) as rule,
        cast(found as string) as found,
        cast(max(expected) as string) as expected,
        cast(min(_file) as string) as source_file,
        cast(min(_line) as bigint) as source_line
    from {{ relation }}
    group by usubjid, table_name, column_name, rule, found
{%- endmacro %}


{# A data-query model out of its findings. #}
{% macro data_queries_of(source, findings) -%}
    with
        findings as ({{ findings | join('\n\n    union all\n\n    ') }})

        {{ data_queries('findings', source) }}
{%- endmacro %}


{# One kind of finding: the records of a relation for which a condition holds. `found` and `expected` are SQL
   expressions of text; table and column are named as delivered. #}
{% macro finding(relation, condition, table, column, rule, found, expected) -%}
    select
        usubjid,
        cast('{{ table }}' as string) as table_name,
        cast('{{ column }}' as string) as column_name,
        cast('{{ rule }}' as string) as rule,
        cast({{ found }} as string) as found,
        cast({{ expected }} as string) as expected,
        _file,
        _line
    from {{ relation }}
    where {{ condition }}
{%- endmacro %}


{# `<value> on day <day>`, the usual `found`. #}
{% macro found_on_day(value, day='day') -%}
    {{ number_text(value) }} || ' on day ' || coalesce(cast({{ day }} as string), 'unknown')
{%- endmacro %}
