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
