-- One value per subject, parameter and day: the lower median of the day's values. Neurofilament comes from a
-- table of its own, int_proact__neurofilament.
with
    measured as (

        select usubjid, paramcd, param, day, value, unit, cast('labs' as string) as src_table, _file, _line
        from {{ ref('int_proact__laboratory_record') }}
        where day is not null and value is not null

        union all

        select usubjid, paramcd, param, day, value, 'pg/mL', cast('neurofilament' as string), _file, _line
        from {{ ref('int_proact__neurofilament') }}
        where day is not null and value is not null

    )

    {{ daily_value('measured', [
    'usubjid', 'paramcd', 'param', 'day', 'value', 'unit', 'src_table', '_file', '_line'
]) }}
