{{ config(materialized='view') }}
-- A rejected record is put to the site, save those of subjects who asked for erasure and repetitions.
with
    finding as (
        {% for table in delivered_tables('registry') if table != 'withdrawals' %}
            select
                coalesce(studyid || '-', '') || usubjid as usubjid,
                cast('{{ table }}' as string) as table_name,
                _reject_column as column_name,
                _reject_rule as rule,
                {% if table not in ['qs', 're', 'vs'] %} cast(null as string)
                {% else %}
                    paramcd
                    || ' '
                    || _result
                    || case
                        when _reject_rule = 'unit_not_expected'
                        then ', unit: ' || coalesce(unit, unit_collected)
                        else ''
                    end
                {% endif %} as found,
                _reject_reason as expected,
                _file,
                _line
            from {{ ref('typed_registry__' ~ table) }}
            where _reject_rule is not null and _reject_rule not in ('erasure_request', 'record_repeated')
            union all
        {% endfor %}
        select
            usubjid, 'withdrawals', _reject_column, _reject_rule, request_shape, _reject_reason, _file, _line
        from {{ ref('typed_registry__withdrawals') }}
        where _reject_rule is not null and _reject_rule <> 'record_repeated'

    )

    {{ data_queries('finding', 'registry') }}
