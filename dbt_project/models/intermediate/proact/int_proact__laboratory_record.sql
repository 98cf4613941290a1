-- The results of the tests that the analyses use (seed proact_laboratory_test), each in one unit and checked.
-- The tests are picked first: reading numbers out of millions of texts that nobody asks for takes its time.
with
    picked as (

        select
            labs.subject_id,
            labs.test_result,
            labs.test_unit,
            labs.day,
            tests.paramcd,
            tests.param,
            tests.unit,
            tests.low,
            tests.high,
            labs._file,
            labs._line
        from {{ ref('stg_proact__labs') }} as labs
        inner join {{ ref('proact_laboratory_test') }} as tests on labs.test = tests.test

    ),

    results as (

        select
            {{ proact_usubjid() }} as usubjid,
            picked.*,
            {{ result_comparator('test_result') }} as comparator,
            {{ result_number('test_result') }} as result,
            replace(replace(lower(test_unit), 'µ', 'u'), 'μ', 'u') as unit_key
        from picked

    )

select
    results.usubjid,
    results.paramcd,
    results.param,
    results.unit,
    results.low,
    results.high,
    {{ within_limits('results.day', 'visit_day') }} as day,
    results.day as day_delivered,
    results.test_unit,
    results.comparator,
    results.result,
    units.factor,
    case
        when results.comparator is null and results.result * units.factor between results.low and results.high
        then results.result * units.factor
    end as value,
    results._file,
    results._line
from results
left join
    {{ ref('proact_laboratory_unit') }} as units
    on results.paramcd = units.paramcd
    and results.unit_key = units.delivered_unit
