{# The findings domains (QS, RE, VS) share one shape: a test code, a result with its unit and a date. The result is the standard
   number with the standard unit, or the result as collected with its unit, never one with the other's; the standard pair
   comes first, and a pair with a unit before one without. Numbers are converted by macros/units.sql; without a unit a number
   counts only where one unit alone is possible. The vocabularies of tests and units say which test is which parameter and
   which word which unit; only parameters are held to be numbers, in their range: a value that is not is quarantined with
   the whole record, since a finding without its result says nothing. A word for the unit that nobody knows leaves the
   record without a value, and is asked about once (`word_unknown`). #}
{% macro registry_typed_findings(domain) -%}
    {%- set prefix = domain | upper -%}
    {%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', prefix ~ 'SEQ'),
    ('test', 'fact', prefix ~ 'TESTCD'),
    ('test_code', 'unread', prefix ~ 'TESTCD'),
    ('category', 'unread', prefix ~ 'CAT'),
    ('result_collected', 'number', prefix ~ 'ORRES'),
    ('unit_collected', 'fact', prefix ~ 'ORRESU'),
    ('result_text', 'number', prefix ~ 'STRESC'),
    ('result_number', 'double', prefix ~ 'STRESN'),
    ('unit', 'fact', prefix ~ 'STRESU'),
    ('status', 'term', prefix ~ 'STAT'),
    ('visit', 'unread', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', prefix ~ 'DTC'),
] -%}
    {%- if domain == 'qs' -%}
        {%- do columns.append(('test_name', 'fact', 'QSTEST')) -%}
        {%- do columns.append(('questionnaire', 'fact', 'QSCAT')) -%}
        {%- set test_paramcd = als_parameter('word_QSCAT', 'record.QSCAT', 'word_QSTESTCD', 'word_QSTEST') -%}
    {%- else -%} {%- set test_paramcd = "nullif(word_" ~ prefix ~ "TESTCD.meaning, 'NONE')" -%}
    {%- endif -%}
    with
        records as (
            {{ registry_typed_records(
    domain, columns,
    marks=[
        ('_test_paramcd', test_paramcd),
        ('_standard_number', to_double('coalesce(' ~ prefix ~ 'STRESN, ' ~ prefix ~ 'STRESC)')),
        ('_collected_number', to_double(prefix ~ 'ORRES')),
        ('_result', shown('coalesce(' ~ prefix ~ 'STRESN, ' ~ prefix ~ 'STRESC, ' ~ prefix ~ 'ORRES)')),
    ],
    steps=[
        [
            ('_standard', parameter_in_standard_unit(domain, '_test_paramcd', '_standard_number', 'unit')),
            ('_collected', parameter_in_standard_unit(domain, '_test_paramcd', '_collected_number', 'unit_collected')),
            ('_pair', _pair_of_result(domain)),
        ],
        [
            ('_number', "case _pair when 'STANDARD' then _standard_number when 'COLLECTED' then _collected_number end"),
            ('_unit_filled', "case _pair when 'STANDARD' then unit_filled when 'COLLECTED' then unit_collected_filled end"),
            ('_unit_unknown', "case _pair when 'STANDARD' then unit_unknown when 'COLLECTED' then unit_collected_unknown end"),
            ('_unit_given', "case _pair when 'STANDARD' then unit when 'COLLECTED' then unit_collected end"),
        ],
        [
            ('_unit_taken', "case when _unit_filled = 'Y' then _unit_given else "
                ~ parameter_unit_by_number(domain, '_test_paramcd', '_number') ~ ' end'),
        ],
        [
            ('paramcd', parameter_of_unit('_test_paramcd', '_unit_taken')),
            ('value', parameter_in_standard_unit(domain, '_test_paramcd', '_number', '_unit_taken')),
            ('unit_assumed', "case when _unit_filled is null then _unit_taken end"),
            ('number_alone', "case when _unit_filled is null and _test_paramcd = 'WEIGHT' and "
                ~ may_be_of_several_units('_number', 'weight') ~ ' then _number end'),
        ],
    ],
    rejections=[
        ("_test_paramcd is not null and " ~ was_done() ~ " and _result is not null and _number is null", prefix ~ 'STRESN', 'result_not_a_number', 'the result of a measured parameter is not a number'),
        ("_test_paramcd is not null and _unit_filled = 'Y' and _unit_unknown is null and value is null", prefix ~ 'STRESU', 'unit_not_expected', 'the unit is none of the parameter; correct it, or the value, where it was entered'),
        ("abs(_standard - _collected) > 0.02e0 * abs(_collected) and " ~ parameter_of_unit('_test_paramcd', 'unit') ~ ' = ' ~ parameter_of_unit('_test_paramcd', 'unit_collected'), prefix ~ 'STRESN', 'results_contradict', 'the standard result is not the collected one in another unit'),
        ("_test_paramcd is not null and _unit_filled is null and number_alone is null and _number is not null and value is null", prefix ~ 'STRESN', 'result_impossible', 'the result lies outside the possible range of the parameter in any unit'),
        (parameter_impossible(domain, 'paramcd', 'value'), prefix ~ 'STRESN', 'result_impossible', 'the result lies outside the possible range of the parameter'),
        ("paramcd is not null and coalesce(value, number_alone) is not null and collected_date is null", prefix ~ 'DTC', 'date_unusable', 'a measurement needs a date that is ISO 8601, real and not after the data cut'),
    ],
    carry=['paramcd', 'value', 'number_alone', 'unit_assumed', '_result']
) }}
        )

    select *
    from records
{%- endmacro %}


{# Which result of a record counts: none where the examination was not made. #}
{% macro _pair_of_result(domain) -%}
    case
        when not {{ was_done() }}
        then null
        when _standard_number is not null and {{ is_unit_of_parameter(domain, '_test_paramcd', 'unit') }}
        then 'STANDARD'
        when
            _collected_number is not null
            and {{ is_unit_of_parameter(domain, '_test_paramcd', 'unit_collected') }}
        then 'COLLECTED'
        when _standard_number is not null
        then 'STANDARD'
        when _collected_number is not null
        then 'COLLECTED'
    end
{%- endmacro %}
