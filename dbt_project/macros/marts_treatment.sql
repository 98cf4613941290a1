{# The name that goes with a treatment number, one to one. The product is named as the site or the shipped list has it. #}
{% macro treatment_label(number, product) -%}
    case
        {{ number }}
        when 0
        then 'PRO-ACT placebo'
        when 1
        then {{ product }}
        when 2
        then 'PRO-ACT active'
        when 3
        then 'Other registry arm'
    end
{%- endmacro %}
