-- One value per subject, parameter and day: the lower median of the day's values.
{% set parameters = [
    ('HEIGHT', 'Height', 'height_cm', 'cm'),
    ('SYSBP', 'Systolic blood pressure', 'systolic_mmhg', 'mmHg'),
    ('DIABP', 'Diastolic blood pressure', 'diastolic_mmhg', 'mmHg'),
    ('PULSE', 'Pulse rate', 'pulse_per_min', 'beats/min'),
    ('RESP', 'Respiratory rate', 'breaths_per_min', 'breaths/min'),
    ('TEMP', 'Temperature', 'temperature_c', 'C'),
] %}
with
    measured as (

        {% for paramcd, param, column, unit in parameters %}
            select
                usubjid,
                cast('{{ paramcd }}' as string) as paramcd,
                cast('{{ param }}' as string) as param,
                cast(day as int) as day,
                cast({{ column }} as double) as value,
                cast('{{ unit }}' as string) as unit,
                cast(null as string) as derivation,
                _file,
                _line
            from {{ ref('int_proact__vital_sign_record') }}
            where day is not null and {{ column }} is not null

            union all
        {% endfor %}
        -- The weight of day 0 in its own column counts where none is recorded on that day.
        select
            weight.usubjid,
            cast('WEIGHT' as string) as paramcd,
            cast('Weight' as string) as param,
            weight.day,
            weight.weight_kg as value,
            cast('kg' as string) as unit,
            case
                when weight.occasion = 'BASELINE'
                then 'Baseline_Weight, no weight being recorded on day 0'
                when weight.delivered_units is null
                then 'unit by the number, the height or the other weights of the subject'
            end as derivation,
            weight._file,
            weight._line
        from {{ ref('int_proact__weight') }} as weight
        left join
            (
                select distinct usubjid, true as weighed
                from {{ ref('int_proact__weight') }}
                where day = 0 and weight_kg is not null and occasion = 'VISIT'
            ) as day_zero
            on weight.usubjid = day_zero.usubjid
        where
            weight.day is not null
            and weight.weight_kg is not null
            and (weight.occasion = 'VISIT' or day_zero.weighed is null)

    )

    {{ daily_value('measured', [
    'usubjid', 'paramcd', 'param', 'day', 'value', 'unit', 'derivation', '_file', '_line'
]) }}
