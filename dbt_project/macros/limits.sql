{# The clinical limits of the project in one place. A value outside them is impossible or certainly another unit:
   it becomes null and a data query; nothing is clipped. Bounds are included. #}
{% macro limits(quantity) -%}
    {{ return({
        'visit_day': [-1096, 3653],
        'event_day': [-36525, 7305],
        'death_day': [0, 7305],
        'onset_day': [-18263, 0],
        'diagnosis_day': [-18263, 0],
        'age_years': [10, 105],
        'birth_day': [-38351, -3653],
        'alsfrs_item': [0, 4],
        'alsfrs_total': [0, 40],
        'alsfrsr_total': [0, 48],
        'vital_capacity_litres': [0.1, 9],
        'vital_capacity_pct': [5, 200],
        'normal_litres': [1, 9],
        'height_cm': [120, 220],
        'weight_kg': [25, 250],
        'temperature_c': [34.8, 42],
        'systolic_mmhg': [50, 260],
        'diastolic_mmhg': [20, 160],
        'pulse_per_min': [25, 220],
        'breaths_per_min': [4, 60],
        'body_mass_index': [8, 80],
    }[quantity]) }}
{%- endmacro %}


{# The value when it lies within the limits of the quantity, else null. #}
{% macro within_limits(expr, quantity) -%}
    (case when {{ expr }} between {{ limits(quantity)[0] }} and {{ limits(quantity)[1] }} then {{ expr }} end)
{%- endmacro %}


{# True when there is a value and it lies outside the limits. #}
{% macro outside_limits(expr, quantity) -%}
    (
        {{ expr }} is not null
        and not {{ expr }} between {{ limits(quantity)[0] }} and {{ limits(quantity)[1] }}
    )
{%- endmacro %}


{# The limits in words, for the `expected` of a data query. #}
{% macro limits_text(quantity) -%}
    {{ return("'" ~ limits(quantity)[0] ~ " to " ~ limits(quantity)[1] ~ "'") }}
{%- endmacro %}
