-- Every staged vital signs record, each value in one unit and checked.
with
    records as (

        select
            {{ proact_usubjid() }} as usubjid,
            {{ within_limits('day', 'visit_day') }} as day,
            day as day_delivered,
            height,
            height_units,
            weight,
            weight_units,
            baseline_weight,
            case
                when lower(height_units) like 'in%'
                then height * 2.54
                when lower(height_units) in ('m', 'meters', 'metres', 'meter', 'metre')
                then height * 100
                when lower(height_units) in ('cm', 'centimeters', 'centimetres', 'centimeter', 'centimetre')
                then height
                -- Without a unit: no adult is 48 to 84 cm tall or 1.2 to 2.2 cm, so these are
                -- inches and metres.
                when height_units is null and height between 48 and 84
                then height * 2.54
                when height_units is null and height between 1.2 and 2.2
                then height * 100
                when height_units is null
                then height
            end as height_scaled,
            case
                when lower(weight_units) like 'pound%' or lower(weight_units) in ('lb', 'lbs')
                then weight * 0.45359237
                when weight_units is null or lower(weight_units) in ('kg', 'kgs', 'kilograms', 'kilogram')
                then weight
            end as weight_scaled,
            blood_pressure_systolic,
            blood_pressure_diastolic,
            pulse,
            respiratory_rate,
            temperature,
            coalesce(blood_pressure_systolic, supine_bp_systolic, standing_bp_systolic) as systolic,
            coalesce(blood_pressure_diastolic, supine_bp_diastolic, standing_bp_diastolic) as diastolic,
            coalesce(pulse, supine_pulse, standing_pulse) as heart_rate,
            _file,
            _line
        from {{ ref('stg_proact__vitalsigns') }}

    ),

    limited as (

        select
            *,
            {{ within_limits('height_scaled', 'height_cm') }} as height_cm,
            {{ within_limits('weight_scaled', 'weight_kg') }} as weight_possible,
            {{ within_limits('baseline_weight', 'weight_kg') }} as baseline_weight_kg,
            {{ within_limits('systolic', 'systolic_mmhg') }} as systolic_possible,
            {{ within_limits('diastolic', 'diastolic_mmhg') }} as diastolic_possible,
            {{ within_limits('heart_rate', 'pulse_per_min') }} as pulse_per_min,
            {{ within_limits('respiratory_rate', 'breaths_per_min') }} as breaths_per_min,
            {{ within_limits('temperature', 'temperature_c') }} as temperature_c
        from records

    ),

    -- A weight far from the subject's own median is a slip of unit: a pound is 0.45 kg.
    compared as (

        select limited.*, weight_possible / usual.weight_kg as weight_ratio
        from limited
        left join
            (
                select usubjid, median(weight_possible) as weight_kg
                from limited
                where weight_possible is not null
                group by usubjid
            ) as usual
            on limited.usubjid = usual.usubjid

    )

select
    *,
    case when weight_ratio between 0.6 and 1.7 then weight_possible end as weight_kg,
    case
        when not coalesce(systolic_possible <= diastolic_possible, false) then systolic_possible
    end as systolic_mmhg,
    case
        when not coalesce(systolic_possible <= diastolic_possible, false) then diastolic_possible
    end as diastolic_mmhg
from compared
