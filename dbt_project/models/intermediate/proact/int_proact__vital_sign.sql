-- One value per subject, parameter and day: the lower median of the day's values.
{% set parameters = [
    ('HEIGHT', 'Height', 'height_cm', 'cm'),
    ('WEIGHT', 'Weight', 'weight_kg', 'kg'),
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
        -- Some trials give the weight of day 0 in a column of its own.
        select
            record.usubjid,
            cast('WEIGHT' as string) as paramcd,
            cast('Weight' as string) as param,
            cast(0 as int) as day,
            cast(record.baseline_weight_kg as double) as value,
            cast('kg' as string) as unit,
            cast('Baseline_Weight, no weight being recorded on day 0' as string) as derivation,
            record._file,
            record._line
        from {{ ref('int_proact__vital_sign_record') }} as record
        left join
            (
                select distinct usubjid, true as weighed
                from {{ ref('int_proact__vital_sign_record') }}
                where day = 0 and weight_kg is not null
            ) as day_zero
            on record.usubjid = day_zero.usubjid
        where record.baseline_weight_kg is not null and day_zero.weighed is null

    )

    {{ daily_value('measured', [
    'usubjid', 'paramcd', 'param', 'day', 'value', 'unit', 'derivation', '_file', '_line'
]) }}
