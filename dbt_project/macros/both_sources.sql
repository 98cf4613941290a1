{# A table of both sources: each is made by itself, PRO-ACT's once an export. #}
{% macro both_sources(name) -%}
    {{ config(materialized='view') }}
    select *
    from {{ ref('int_proact__' ~ name) }}
    union all
    select *
    from {{ ref('int_registry__' ~ name) }}
{%- endmacro %}
