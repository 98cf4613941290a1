{# Measurements of one source, as `adqs` has them. #}
{% macro adqs(source) -%}
    with
        measurement as (

            select *
            from {{ ref('int_' ~ source ~ '__measurement') }}
            where paramcd not like 'ALSQ%' and paramcd not like 'ALSR_'

        ),

        base as (

            select usubjid, paramcd, day, value
            from {{ ref('int_' ~ source ~ '__baseline_record') }}
            where anchor = 'BASELINE'

        ),

        flagged as (

            select
                measurement.*,
                base.value as base_value,
                base.day as base_day,
                case
                    when measurement.day = base.day and measurement.date_flag is null then 'Y'
                end as baseline_flag,
                cast(greatest(1, round(measurement.day / 30.4375e0)) as int) as month_number
            from measurement
            left join base on measurement.usubjid = base.usubjid and measurement.paramcd = base.paramcd

        )

    select
        cast(subject.studyid as string) as STUDYID,
        cast(flagged.usubjid as string) as USUBJID,
        cast(flagged.paramcd as string) as PARAMCD,
        cast(flagged.param as string) as PARAM,
        cast(
            case
                when flagged.date_flag is not null
                then 'Day not known'
                when flagged.baseline_flag = 'Y'
                then 'Baseline'
                when flagged.day < 0
                then 'Before baseline'
                else 'Month ' || cast(flagged.month_number as string)
            end as string
        ) as AVISIT,
        cast(
            case
                when flagged.date_flag is not null
                then -2
                when flagged.baseline_flag = 'Y'
                then 0
                when flagged.day < 0
                then -1
                else flagged.month_number
            end as int
        ) as AVISITN,
        cast(flagged.date as date) as ADT,
        cast(flagged.date_flag as string) as ADTF,
        {{ study_day('flagged.day') }} as ADY,
        cast(flagged.day as int) as INDEXDY,
        cast(flagged.value as double) as AVAL,
        cast(flagged.unit as string) as AVALU,
        cast(flagged.base_value as double) as BASE,
        cast(
            case
                when flagged.day >= flagged.base_day and flagged.date_flag is null
                then flagged.value - flagged.base_value
            end as double
        ) as CHG,
        cast(flagged.baseline_flag as string) as ABLFL,
        cast(case when flagged.derived_flag = 'Y' then 'DERIVED' end as string) as DTYPE,
        cast(flagged.derivation as string) as DERIVED,
        cast(flagged.src_table as string) as SRCDOM,
        cast(flagged._file as string) as SRCFILE,
        cast(flagged._line as int) as SRCLINE
    from flagged
    inner join {{ ref('int_' ~ source ~ '__subject') }} as subject on flagged.usubjid = subject.usubjid
{%- endmacro %}
