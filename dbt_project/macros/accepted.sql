{# A typed_ relation holds every delivered record once, with `_reject_column`, `_reject_rule` and
   `_reject_reason` (null when the record is accepted). stg_ is its accepted half, `quality.rejected_row` the other. #}
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
