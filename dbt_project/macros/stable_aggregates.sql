{# Sums of doubles that do not depend on the order in which threads meet the rows: compensated, and over the
   values in ascending order. A plain sum of doubles differs in its last digits from run to run. #}
{% macro stable_sum(expr) -%} {{ return(adapter.dispatch('stable_sum', 'vigil')(expr)) }} {%- endmacro %}

{% macro default__stable_sum(expr) -%} fsum({{ expr }} order by {{ expr }}) {%- endmacro %}

{# Kahan's sum, as `fsum` has it; of nothing but nulls, null, too. #}
{% macro spark__stable_sum(expr) -%}
    case
        when count({{ expr }}) > 0
        then
            aggregate(
                array_sort(collect_list(cast({{ expr }} as double))),
                named_struct('total', 0e0, 'err', 0e0),
                (sum, x) -> named_struct(
                    'total',
                    sum.total + (x - sum.err),
                    'err',
                    ((sum.total + (x - sum.err)) - sum.total) - (x - sum.err)
                ),
                sum -> sum.total
            )
    end
{%- endmacro %}
