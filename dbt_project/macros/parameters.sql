{# The parameters that findings are measured in: (parameters, quantity of their units, limits of their values) by domain. #}
{% macro measured_parameters(domain) -%}
    {%- set items = [] -%}
    {%- for item in alsfrs_shared_items() + alsfrs_original_items() + alsfrs_revised_items() -%}
        {%- do items.append(item[0]) -%}
    {%- endfor -%}
    {{ return({
        'qs': [
            (['ALSFRSR'], 'score', 'alsfrsr_total'), (['ALSFRS'], 'score', 'alsfrs_total'), (items, 'score', 'alsfrs_item'),
        ],
        're': [
            (['FVCL', 'SVCL'], 'vital_capacity_test', 'vital_capacity_litres'),
            (['FVCPP', 'SVCPP'], 'vital_capacity_pct', 'vital_capacity_pct'),
        ],
        'vs': [
            (['HEIGHT'], 'height', 'height_cm'), (['WEIGHT'], 'weight', 'weight_kg'),
            (['BMI'], 'body_mass', 'body_mass_index'),
        ],
    }[domain]) }}
{%- endmacro %}

{% macro quoted_list(names) -%}
    {% for name in names %} '{{ name }}'{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}


{# Whether a unit is one of the parameter's. #}
{% macro is_unit_of_parameter(domain, paramcd, unit) -%}
    case
        {%- for names, quantity, limit in measured_parameters(domain) %}
            when {{ paramcd }} in ({{ quoted_list(names) }})
            then {{ unit }} in ({{ quoted_list(measure_units(quantity) | map(attribute=0) | list) }})
        {%- endfor %}
        else false
    end
{%- endmacro %}


{# The unit that a number of the parameter without one must be in, else null. #}
{% macro parameter_unit_by_number(domain, paramcd, number) -%}
    case
        {%- for names, quantity, limit in measured_parameters(domain) %}
            when {{ paramcd }} in ({{ quoted_list(names) }}) then {{ unit_by_number(number, quantity) }}
        {%- endfor %}
    end
{%- endmacro %}


{# A number of the parameter in the standard unit, null where the unit is none of it. #}
{% macro parameter_in_standard_unit(domain, paramcd, number, unit) -%}
    case
        {%- for names, quantity, limit in measured_parameters(domain) %}
            when {{ paramcd }} in ({{ quoted_list(names) }})
            then {{ in_standard_unit(number, unit, quantity) }}
        {%- endfor %}
    end
{%- endmacro %}


{# A vital capacity in percent is the percentage, one in a volume the volume, whatever the test is called. #}
{% macro parameter_of_unit(paramcd, unit) -%}
    case
        when {{ paramcd }} in ('FVCL', 'FVCPP', 'SVCL', 'SVCPP') and {{ unit }} = '%'
        then substring({{ paramcd }}, 1, 3) || 'PP'
        when {{ paramcd }} in ('FVCL', 'FVCPP', 'SVCL', 'SVCPP') and {{ unit }} is not null
        then substring({{ paramcd }}, 1, 3) || 'L'
        else {{ paramcd }}
    end
{%- endmacro %}


{# Whether a value cannot be one of the parameter: outside its limits, or an item's score that is neither whole nor half. #}
{% macro parameter_impossible(domain, paramcd, value) -%}
    case
        {%- for names, quantity, limit in measured_parameters(domain) %}
            when {{ paramcd }} in ({{ quoted_list(names) }})
            then
                {{ outside_limits(value, limit) }}
                {%- if limit == 'alsfrs_item' %} or ({{ value }} * 2 <> floor({{ value }} * 2)) {%- endif %}
        {%- endfor %}
        else false
    end
{%- endmacro %}
