{% set records = ref('int_proact__laboratory_record') %}
{{ data_queries_of('PROACT', [
    finding(records, 'result is not null and factor is null', 'labs', 'Test_Unit', 'unit_not_known',
        "paramcd || ' in ' || coalesce(test_unit, 'no unit')", "'a unit of the list; the result is not used'"),
    finding(records, 'comparator is null and value is null and result is not null and factor is not null', 'labs',
        'Test_Result', 'result_impossible', "paramcd || ' ' || " ~ found_on_day('result', 'day_delivered'),
        number_text('low') ~ " || ' to ' || " ~ number_text('high') ~ " || ' ' || unit"),
    finding(ref('int_proact__neurofilament'), 'number is not null and comparator is null and value is null', 'neurofilament',
        'Result', 'neurofilament_not_read', "coalesce(paramcd, 'other analyte or matrix') || ' ' || " ~ found_on_day('number'),
        "'light chain in serum or CSF, in pg/mL, ng/L or ng/mL; the result is not used'"),
    finding(records, 'day_delivered is null', 'labs', 'Laboratory_Delta', 'day_missing', 'paramcd',
        "'the day of the sample'"),
]) }}
