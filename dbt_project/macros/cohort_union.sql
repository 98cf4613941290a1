{# The rows of both sources under one list of columns: int_proact__<name> and int_registry__<name>. #}
{% macro cohort_union(name, columns) -%}
    {% for source in ['proact', 'registry'] -%}
        select
            cast('{{ source | upper }}' as string) as source,
            {%- for column in columns %} {{ column }}{{ ',' if not loop.last }} {%- endfor %}
        from {{ ref('int_' ~ source ~ '__' ~ name) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
{%- endmacro %}
