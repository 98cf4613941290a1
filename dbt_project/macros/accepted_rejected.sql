{# A typed_ relation holds every delivered record once, with `_reject_column`, `_reject_rule` and
   `_reject_reason` (null when the record is accepted). stg_ and rej_ are its two halves, so that
   staged + rejected = delivered holds by construction, and is tested all the same. #}
{% macro accepted(relation) -%} {{ return(adapter.dispatch('accepted', 'vigil')(relation)) }} {%- endmacro %}

{% macro default__accepted(relation) -%}
    select * exclude (_reject_column, _reject_rule, _reject_reason)
    from {{ relation }}
    where _reject_rule is null
{%- endmacro %}

{% macro spark__accepted(relation) -%}
    select
        {%- for column in adapter.get_columns_in_relation(relation) if not column.name.startswith('_reject_') %}
            {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    where _reject_rule is null
{%- endmacro %}


{% macro rejected(relation, source, table_name) -%}
    select
        cast('{{ source | upper }}' as string) as source,
        cast('{{ table_name }}' as string) as table_name,
        cast(_file as string) as _file,
        cast(_line as bigint) as _line,
        cast(_reject_column as string) as column_name,
        cast(_reject_rule as string) as rule,
        cast(_reject_reason as string) as reason
    from {{ relation }}
    where _reject_rule is not null
{%- endmacro %}
