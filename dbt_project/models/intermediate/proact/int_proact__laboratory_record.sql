-- The results of the tests that the analyses use (seed proact_laboratory_test), each in one unit and checked.
with results as (

    select
        {{ proact_usubjid('labs.subject_id') }} as usubjid,
        tests.paramcd,
        tests.param,
        tests.unit,
        tests.low,
        tests.high,
        {{ within_limits('labs.day', 'visit_day') }} as day,
        labs.day as day_delivered,
        labs.test_result,
        labs.comparator,
        labs.result,
        labs.test_unit,
        replace(replace(lower(labs.test_unit), chr(181), 'u'), chr(956), 'u') as unit_key,
        labs._file,
        labs._line
    from {{ ref('stg_proact__labs') }} as labs
    inner join {{ ref('proact_laboratory_test') }} as tests
        on labs.test = tests.test

)

select
    results.*,
    units.factor,
    case
        when results.comparator is null and results.result * units.factor between results.low and results.high
            then results.result * units.factor
    end as value
from results
left join {{ ref('proact_laboratory_unit') }} as units
    on results.paramcd = units.paramcd and results.unit_key = units.delivered_unit
