{# Where each subject's follow-up ends, by endpoint and vital-status rule, in days from the index.
   PRO-ACT: deaths count up to the last visit plus the window; survivors recorded as such and later deaths end at that same
   limit; without a vital-status record follow-up ends at the last visit. INF keeps every dated death while survivors end at
   the last visit: biased, kept as a reference. Registry: deaths as reported up to the cut, others end when last known alive,
   whatever the rule. An undated death has no row (EXCL) or ends at the last visit (LASTVIS). LATE counts as EXCL does, but
   from the last day the death may have come on, and has rows only of subjects whose death may have come on several. #}
{% macro outcome(source) -%}
    with
        vital_rule as (

            select undated.rule || '_' || span.rule as vsrule, undated.rule as undated_rule, span.window_days
            from (values ('EXCL'), ('LASTVIS'), ('LATE')) as undated(rule)
            cross join
                (values ('0', 0), ('30', 30), ('90', 90), ('180', 180), ('INF', null)) as span(
                    rule, window_days
                )

        ),

        endpoint as (

            select paramcd, param
            from
                (
                    values
                        ('OS', 'Time to death (days)'),
                        ('TFS', 'Time to death, tracheostomy or permanent ventilation (days)')
                ) as endpoints(paramcd, param)

        ),

        followed as (

            select
                vital.*,
                vital.{{ 'last_alive_day' if source == 'registry' else 'last_visit_day' }} as last_day
            from {{ ref('int_' ~ source ~ '__vital_status') }} as vital
            inner join
                {{ ref('int_' ~ source ~ '__time_exclusion') }} as exclusion
                on vital.usubjid = exclusion.usubjid
            where exclusion.reason is null

        ),

        ruled as (

            select
                followed.usubjid,
                endpoint.paramcd,
                endpoint.param,
                vital_rule.vsrule,
                vital_rule.window_days,
                followed.vital_status,
                followed.last_day,
                {% if source == 'proact' %}
                    case
                        when followed.vital_status <> 'NOT RECORDED'
                        then followed.last_day + coalesce(vital_rule.window_days, 0)
                        else followed.last_day
                    end
                {% else %} followed.last_day
                {% endif %} as limit_day,
                case
                    when followed.vital_status <> 'DIED'
                    then null
                    when followed.death_day is null and vital_rule.undated_rule = 'LASTVIS'
                    then followed.last_day
                    when
                        {{ "true" if source == 'registry' else "false" }}
                        or vital_rule.window_days is null
                        or case
                            vital_rule.undated_rule
                            when 'LATE'
                            then followed.latest_death_day
                            else followed.death_day
                        end
                        <= followed.last_day + vital_rule.window_days
                    then
                        case
                            vital_rule.undated_rule
                            when 'LATE'
                            then followed.latest_death_day
                            else followed.death_day
                        end
                end as death_day,
                case when endpoint.paramcd = 'TFS' then followed.tracheostomy_day end as tracheostomy_day,
                case when endpoint.paramcd = 'TFS' then followed.ventilation_day end as ventilation_day,
                case
                    when
                        followed.vital_status = 'DIED'
                        and followed.death_day is null
                        and vital_rule.undated_rule = 'EXCL'
                    then 'Y'
                    else 'N'
                end as is_excluded,
                case when followed.death_day is null then 'Y' else 'N' end as death_undated,
                followed.death_date_flag,
                followed.last_alive_date_flag,
                followed.tracheostomy_date_flag,
                followed.ventilation_date_flag,
                followed.death_src_table,
                followed.death_src_variable,
                followed.death_src_file,
                followed.death_src_line,
                followed.last_src_table,
                followed.last_src_variable,
                followed.last_src_file,
                followed.last_src_line
            from followed
            cross join endpoint
            cross join vital_rule
            where vital_rule.undated_rule <> 'LATE' or followed.latest_death_day > followed.death_day

        ),

        first_event as (

            select
                *,
                least(
                    coalesce(death_day, 1000000),
                    coalesce(tracheostomy_day, 1000000),
                    coalesce(ventilation_day, 1000000)
                ) as event_day
            from ruled
            where is_excluded = 'N'

        ),

        -- What ended follow-up, or what it ended with: its record gives the address.
        ended as (

            select
                *,
                case
                    when event_day = 1000000
                    then 'CENSORED'
                    when event_day = death_day and death_undated = 'Y'
                    then 'UNDATED DEATH'
                    when event_day = death_day
                    then 'DEATH'
                    when event_day = tracheostomy_day
                    then 'TRACHEOSTOMY'
                    else 'INVASIVE VENTILATION'
                end as ending
            from first_event
            where event_day < 1000000 or limit_day is not null

        )

    select
        ended.usubjid,
        paramcd,
        param,
        vsrule,
        case when ending = 'CENSORED' then 1 else 0 end as censored,
        cast(case when ending = 'CENSORED' then limit_day else event_day end as int) as end_day,
        case
            when ending = 'UNDATED DEATH'
            then 'Y'
            when ending = 'DEATH'
            then death_date_flag
            when ending = 'TRACHEOSTOMY'
            then tracheostomy_date_flag
            when ending = 'INVASIVE VENTILATION'
            then ventilation_date_flag
            else last_alive_date_flag
        end as end_date_flag,
        case
            ending
            when 'UNDATED DEATH'
            then 'Death, undated, placed at the last visit'
            when 'DEATH'
            then 'Death'
            when 'TRACHEOSTOMY'
            then 'Tracheostomy'
            when 'INVASIVE VENTILATION'
            then 'Permanent ventilation'
        end as event_description,
        case
            when ending <> 'CENSORED'
            then null
            {% if source == 'registry' %} else 'Last known alive'
            {% else %}
                when vital_status = 'NOT RECORDED'
                then 'Last visit; vital status not recorded'
                when window_days is null
                then 'Last visit; deaths counted without limit (biased reference)'
                when vital_status = 'DIED'
                then 'Limit of ascertainment; death came later'
                else 'Limit of ascertainment; recorded as not died'
            {% endif %}
        end as censoring_description,
        case
            when ending = 'DEATH'
            then death_src_table
            when ending in ('CENSORED', 'UNDATED DEATH')
            then last_src_table
            else 'PR'
        end as src_domain,
        case
            when ending = 'DEATH'
            then death_src_variable
            when ending in ('CENSORED', 'UNDATED DEATH')
            then last_src_variable
            else 'PRSTDTC'
        end as src_variable,
        case
            when ending = 'DEATH'
            then death_src_file
            when ending in ('CENSORED', 'UNDATED DEATH')
            then last_src_file
            else {{ 'procedure._file' if source == 'registry' else 'null' }}
        end as src_file,
        case
            when ending = 'DEATH'
            then death_src_line
            when ending in ('CENSORED', 'UNDATED DEATH')
            then last_src_line
            else {{ 'procedure._line' if source == 'registry' else 'null' }}
        end as src_line
    from ended
    {% if source == 'registry' %}
        left join
            {{ ref('int_registry__procedure') }} as procedure
            on ended.usubjid = procedure.usubjid
            and ended.ending = procedure.procedure_name
    {% endif %}
{%- endmacro %}
