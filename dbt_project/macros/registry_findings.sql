{# The findings domains (QS, RE, VS) share one shape: a test code, a result and a date. The result is the standard
   number, else the standard text, else the result as collected. The vocabularies of tests say which test is
   which parameter; only those are held to be numbers, in the parameter's unit and range: a value that is not is
   quarantined with the whole record, since a finding without its result says nothing. #}
{% macro registry_typed_findings(domain) -%}
    {%- set prefix = domain | upper -%}
    {%- set result = 'coalesce(' ~ prefix ~ 'STRESN, ' ~ prefix ~ 'STRESC, ' ~ prefix ~ 'ORRES)' -%}
    {%- set columns = [
    ('studyid', 'text', 'STUDYID'),
    ('usubjid', 'text', 'USUBJID'),
    ('seq', 'int', prefix ~ 'SEQ'),
    ('test', 'fact', prefix ~ 'TESTCD'),
    ('test_code', 'unread', prefix ~ 'TESTCD'),
    ('category', 'unread', prefix ~ 'CAT'),
    ('result_collected', 'filled', prefix ~ 'ORRES'),
    ('result_text', 'filled', prefix ~ 'STRESC'),
    ('result_number', 'double', prefix ~ 'STRESN'),
    ('unit', 'unread', prefix ~ 'STRESU'),
    ('status', 'term', prefix ~ 'STAT'),
    ('visit', 'unread', 'VISIT'),
    ('visit_number', 'double', 'VISITNUM'),
    ('collected_date', 'date', prefix ~ 'DTC'),
] -%}
    {%- if domain == 'qs' -%}
        {%- do columns.append(('test_name', 'fact', 'QSTEST')) -%}
        {%- do columns.append(('questionnaire', 'fact', 'QSCAT')) -%}
        {%- set paramcd = als_parameter('word_QSCAT', 'record.QSCAT', 'word_QSTESTCD', 'word_QSTEST') -%}
    {%- else -%} {%- set paramcd = "nullif(word_" ~ prefix ~ "TESTCD.meaning, 'NONE')" -%}
    {%- endif -%}
    with
        records as (
            {{ registry_typed_records(
    domain, columns,
    marks=[
        ('paramcd', paramcd),
        ('value', to_double(result)),
        ('_result', shown(result)),
        ('_low', 'plausible.low'),
        ('_high', 'plausible.high'),
        ('_unit_known', "case when plausible.units is null or " ~ prefix ~ "STRESU is null or '|' || upper(plausible.units) || '|' like '%|' || upper(" ~ prefix ~ "STRESU) || '|%' then 'Y' else 'N' end"),
    ],
    joins="left join " ~ ref('registry_parameter') ~ " as plausible on " ~ paramcd ~ " = plausible.paramcd",
    rejections=[
        ("paramcd is not null and coalesce(status, '') <> 'NOT DONE' and _result is not null and value is null", prefix ~ 'STRESN', 'result_not_a_number', 'the result of a measured parameter is not a number'),
        ("paramcd is not null and _unit_known = 'N'", prefix ~ 'STRESU', 'unit_not_expected', 'the unit is not one of the parameter; convert the value where it was entered'),
        ("paramcd is not null and not (value between _low and _high)", prefix ~ 'STRESN', 'result_impossible', 'the result lies outside the possible range of the parameter'),
        ("paramcd is not null and value is not null and collected_date is null", prefix ~ 'DTC', 'date_unusable', 'a measurement needs a date that is ISO 8601, real and not after the data cut'),
    ],
    carry=['paramcd', 'value', '_result']
) }}
        )

    select *
    from records
{%- endmacro %}
