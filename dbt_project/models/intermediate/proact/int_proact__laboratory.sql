-- One value per subject, parameter and day: the lower median of the day's values. Neurofilament
-- comes from a table of its own.
with
    neurofilament as (

        select
            {{ proact_usubjid() }} as usubjid,
            case when upper(matrix) = 'CSF' then 'NFLCSF' else 'NFLSER' end as paramcd,
            case
                when upper(matrix) = 'CSF'
                then 'Neurofilament light chain, CSF'
                else 'Neurofilament light chain, serum'
            end as param,
            {{ within_limits('day', 'visit_day') }} as day,
            {{ result_number('result') }} as value,
            {{ result_comparator('result') }} as comparator,
            lower(unit) as unit_key,
            _file,
            _line
        from {{ ref('stg_proact__neurofilament') }}

    ),

    measured as (

        select usubjid, paramcd, param, day, value, unit, cast('labs' as string) as src_table, _file, _line
        from {{ ref('int_proact__laboratory_record') }}
        where day is not null and value is not null

        union all

        select usubjid, paramcd, param, day, value, 'pg/mL', cast('neurofilament' as string), _file, _line
        from neurofilament
        where day is not null and value > 0 and comparator is null and coalesce(unit_key, 'pg/ml') = 'pg/ml'

    )

    {{ daily_value('measured', [
    'usubjid', 'paramcd', 'param', 'day', 'value', 'unit', 'src_table', '_file', '_line'
]) }}
