{# The name that goes with a treatment number, one to one. #}
{% macro treatment_label(number) -%}
    case
        {{ number }}
        when 0
        then 'PRO-ACT placebo'
        when 1
        then 'Lenzumestrocel'
        when 2
        then 'PRO-ACT active'
        when 3
        then 'Other registry arm'
    end
{%- endmacro %}
