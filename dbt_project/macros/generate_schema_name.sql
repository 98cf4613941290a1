{# A layer's schema carries the bare layer name, alone in its file; on a cluster, which others share, home and run stand before it. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set layer = (custom_schema_name or target.schema) | trim -%}
    {{ layer if target.type == 'duckdb' else target.schema ~ '_' ~ layer }}
{%- endmacro %}
