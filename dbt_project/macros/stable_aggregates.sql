{# Sums of doubles that do not depend on the order in which threads meet the rows: compensated, and over the
   values in ascending order. A plain sum of doubles differs in its last digits from run to run. #}
{% macro stable_sum(expr) -%} {{ return(adapter.dispatch('stable_sum', 'vigil')(expr)) }} {%- endmacro %}

{% macro default__stable_sum(expr) -%} fsum({{ expr }} order by {{ expr }}) {%- endmacro %}

{% macro spark__stable_sum(expr) -%}
    aggregate(array_sort(collect_list({{ expr }})), cast(0 as double), (total, x) -> total + x)
{%- endmacro %}
