{# Time to event of one source, as `adtte` has it. Origins that come after the index would start the clock after covariates are
   measured: they have no row. #}
{% macro adtte(source) -%}
    {%- set origins = {
    'DIAGNOSIS': ('diagnosis_day', 'diagnosis_date_flag'),
    'ONSET': ('onset_day', 'onset_date_flag'),
} -%}
    {%- if source == 'registry' -%}
        {%- do origins.update({
        'FIRST_INJECTION': ('first_dose_day', 'first_dose_date_flag'), 'HARVEST': ('harvest_day', 'harvest_date_flag')
    }) -%}
    {%- else -%} {%- do origins.update({'TRIAL_BASELINE': ('0', 'cast(null as string)')}) -%}
    {%- endif -%}
    with
        origin as (
            {% for origin, (day, flag) in origins.items() %}
                select
                    usubjid,
                    studyid,
                    index_date,
                    first_dose_day,
                    harvest_day,
                    cast('{{ origin }}' as string) as origin,
                    {{ day }} as start_day,
                    {{ flag }} as start_date_flag
                from {{ ref('int_' ~ source ~ '__subject') }}
                {% if not loop.last %}
                    union all
                {% endif %}
            {% endfor %}
        ),

        started as (

            select
                *,
                {{ 'first_dose_day' if source == 'registry' else '0' }} as entry_day,
                {{ 'harvest_day' if source == 'registry' else '0' }} as harvest_entry_day
            from origin
            where start_day <= 0

        )

    select
        cast(started.studyid as string) as STUDYID,
        cast(started.usubjid as string) as USUBJID,
        cast(outcome.paramcd as string) as PARAMCD,
        cast(outcome.param as string) as PARAM,
        cast(started.origin as string) as ORIGIN,
        cast(outcome.vsrule as string) as VSRULE,
        cast(outcome.end_day - started.start_day + 1 as int) as AVAL,
        cast(outcome.censored as int) as CNSR,
        cast(outcome.event_description as string) as EVNTDESC,
        cast(outcome.censoring_description as string) as CNSDTDSC,
        {{ add_days('started.index_date', 'started.start_day') }} as STARTDT,
        cast(started.start_date_flag as string) as STARTDTF,
        cast(started.start_day as int) as STARTDY,
        {{ add_days('started.index_date', 'outcome.end_day') }} as ADT,
        cast(outcome.end_date_flag as string) as ADTF,
        cast(outcome.end_day as int) as ADTDY,
        cast(
            case
                when started.entry_day <= started.start_day then 0 else started.entry_day - started.start_day
            end as int
        ) as ENTRYDY,
        cast(
            case
                when started.harvest_entry_day <= started.start_day
                then 0
                else started.harvest_entry_day - started.start_day
            end as int
        ) as ENTRYHDY,
        cast(outcome.src_domain as string) as SRCDOM,
        cast(outcome.src_variable as string) as SRCVAR,
        cast(outcome.src_file as string) as SRCFILE,
        cast(outcome.src_line as int) as SRCLINE
    from started
    inner join {{ ref('int_' ~ source ~ '__outcome') }} as outcome on started.usubjid = outcome.usubjid
    where outcome.end_day >= started.start_day
{%- endmacro %}
