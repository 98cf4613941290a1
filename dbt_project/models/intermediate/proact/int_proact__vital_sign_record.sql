{#- measured column, delivered column of its unit -#}
{%- set units = {
    'height': 'Height_Units', 'weight': 'Weight_Units', 'temperature': 'Temperature_Units', 'pulse': 'Pulse_Units',
    'respiratory_rate': 'Respiratory_Rate_Units', 'blood_pressure_systolic': 'Blood_Pressure_Systolic_Units',
    'blood_pressure_diastolic': 'Blood_Pressure_Diastolic_Units',
} -%}
-- Every staged vital signs record, each value in its standard unit and checked. Supine and standing readings
-- have no unit column of their own. Weights are settled in int_proact__weight, which needs the height.
with
    records as (

        select
            {{ proact_usubjid('vitals.subject_id') }} as usubjid,
            vitals.*,
            {%- for column in units %} {{ column }}_word.meaning as {{ column }}_unit, {%- endfor %}
            coalesce(blood_pressure_systolic, supine_bp_systolic, standing_bp_systolic) as systolic,
            coalesce(blood_pressure_diastolic, supine_bp_diastolic, standing_bp_diastolic) as diastolic,
            coalesce(pulse, supine_pulse, standing_pulse) as heart_rate
        from {{ ref('stg_proact__vitalsigns') }} as vitals
        {%- for column, delivered in units.items() %}
            left join
                {{ words_of('proact', 'vitalsigns', delivered) }} as {{ column }}_word
                on vitals.{{ column }}_units = {{ column }}_word.value
        {%- endfor %}

    ),

    scaled as (

        select
            *,
            {{ measured_in('height', 'height_unit', 'height_units is not null', 'height') }} as height_scaled,
            {{ measured_in('weight', 'weight_unit', 'weight_units is not null', 'weight') }} as weight_scaled,
            {{ measured_in('baseline_weight', 'null', 'false', 'weight') }} as baseline_weight_scaled,
            {{ measured_in(
            'systolic', 'blood_pressure_systolic_unit',
            'blood_pressure_systolic is not null and blood_pressure_systolic_units is not null', 'systolic'
        ) }} as systolic_scaled,
            {{ measured_in(
            'diastolic', 'blood_pressure_diastolic_unit',
            'blood_pressure_diastolic is not null and blood_pressure_diastolic_units is not null', 'diastolic'
        ) }} as diastolic_scaled,
            {{ measured_in('heart_rate', 'pulse_unit', 'pulse is not null and pulse_units is not null', 'pulse') }}
            as heart_rate_scaled,
            {{ measured_in('respiratory_rate', 'respiratory_rate_unit', 'respiratory_rate_units is not null', 'breaths') }}
            as respiratory_rate_scaled,
            {{ measured_in('temperature', 'temperature_unit', 'temperature_units is not null', 'temperature') }}
            as temperature_scaled
        from records

    ),

    limited as (

        select
            usubjid,
            {{ within_limits('day', 'visit_day') }} as day,
            day as day_delivered,
            height,
            height_units,
            height_unit,
            weight,
            weight_units,
            weight_unit,
            baseline_weight,
            temperature,
            temperature_units,
            systolic,
            diastolic,
            heart_rate,
            respiratory_rate,
            case
                when height_units is null then {{ unit_by_number('height', 'height') }}
            end as height_unit_inferred,
            case
                when temperature_units is null then {{ unit_by_number('temperature', 'temperature') }}
            end as temperature_unit_inferred,
            {{ within_limits('height_scaled', 'height_cm') }} as height_cm,
            {{ within_limits('weight_scaled', 'weight_kg') }} as weight_kg,
            case
                when weight_units is null and {{ may_be_of_several_units('weight', 'weight') }} then weight
            end as weight_alone,
            {{ within_limits('baseline_weight_scaled', 'weight_kg') }} as baseline_weight_kg,
            case
                when {{ may_be_of_several_units('baseline_weight', 'weight') }} then baseline_weight
            end as baseline_weight_alone,
            {{ within_limits('systolic_scaled', 'systolic_mmhg') }} as systolic_possible,
            {{ within_limits('diastolic_scaled', 'diastolic_mmhg') }} as diastolic_possible,
            {{ within_limits('heart_rate_scaled', 'pulse_per_min') }} as pulse_per_min,
            {{ within_limits('respiratory_rate_scaled', 'breaths_per_min') }} as breaths_per_min,
            {{ within_limits('temperature_scaled', 'temperature_c') }} as temperature_c,
            _file,
            _line
        from scaled

    )

select
    *,
    case
        when not coalesce(systolic_possible <= diastolic_possible, false) then systolic_possible
    end as systolic_mmhg,
    case
        when not coalesce(systolic_possible <= diastolic_possible, false) then diastolic_possible
    end as diastolic_mmhg
from limited
