-- Results stay text; comparator and number are read beside it. `229,000` is 229000; `Trace` and
-- `1+` have no number.
with records as ({{ accepted(ref('typed_proact__labs')) }})

select
    records.*,
    upper(test_name) as test,
    {{ result_comparator('test_result') }} as comparator,
    {{ result_number('test_result') }} as result
from records
