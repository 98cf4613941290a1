-- Neurofilament results, read where analyte, matrix and unit say what they are.
with
    results as (

        select
            {{ proact_usubjid() }} as usubjid,
            case
                when upper(analyte) not in ('NEUROFILAMENT LIGHT CHAIN', 'NEUROFILAMENT LIGHT', 'NFL', 'NF-L')
                then null
                when upper(matrix) in ('CSF', 'CEREBROSPINAL FLUID')
                then 'NFLCSF'
                when upper(matrix) = 'SERUM'
                then 'NFLSER'
            end as paramcd,
            {{ within_limits('day', 'visit_day') }} as day,
            {{ result_number('result') }} as number,
            {{ result_comparator('result') }} as comparator,
            upper(unit) as unit_key,
            _file,
            _line
        from {{ ref('stg_proact__neurofilament') }}

    )

select
    usubjid,
    cast(paramcd as string) as paramcd,
    cast(
        case
            paramcd
            when 'NFLCSF'
            then 'Neurofilament light chain, CSF'
            when 'NFLSER'
            then 'Neurofilament light chain, serum'
        end as string
    ) as param,
    day,
    number,
    comparator,
    cast(
        case
            when number > 0 and comparator is null and paramcd is not null
            then {{ in_standard_unit('number', 'unit_key', 'neurofilament') }}
        end as double
    ) as value,
    _file,
    _line
from results
