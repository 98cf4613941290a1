{# How certain a category of El Escorial is, 1 the most. #}
{% macro el_escorial_rank(category) -%}
    case
        {{ category }}
        when 'DEFINITE'
        then 1
        when 'PROBABLE'
        then 2
        when 'PROBABLE LAB'
        then 3
        when 'POSSIBLE'
        then 4
        when 'SUSPECTED'
        then 5
    end
{%- endmacro %}
