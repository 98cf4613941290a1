{#- Of each table: which records are meant for a fact and for nothing else, and which of them are understood: the fact is
    known, or known to be none. Only what decides the fact counts; a word that adds to it (the severity of an event) does not. -#}
{%- set domains = {
    'dm': (
        'true',
        "arm_unknown is null and sex_unknown is null and death_flag_unknown is null"
        ~ " and (arm_filled = 'Y' or arm_code is not null or coalesce(arm_code_unknown, arm_null_reason_unknown) is null)",
    ),
    'ex': (
        'true',
        "product is not null and occurrence_unknown is null and status_unknown is null and (start_date is not null"
        ~ " or product = 'NONE' or occurrence = 'N' or status = 'NOT DONE' or dose <= 0)",
    ),
    'ds': (
        "coalesce(category, '') <> 'PROTOCOL MILESTONE'",
        "case when decod_filled = 'Y' then decod else term end is not null",
    ),
    'ae': (
        'true',
        "coalesce(serious_unknown, ser_cancer_unknown, ser_congenital_unknown, ser_disability_unknown, ser_death_unknown,"
        ~ " ser_hospital_unknown, ser_life_threat_unknown, ser_overdose_unknown, ser_other_unknown) is null",
    ),
    'ss': (
        "coalesce(status, '') <> 'NOT DONE' and 'Y' in (result_text_filled, result_collected_filled)"
        ~ " and coalesce(test_code, '') not in ('FUAVSTAT', 'INFOSCSS', 'LSCFADTC')",
        "case when result_text_filled = 'Y' then result_text else result_collected end is not null",
    ),
    'qs': (
        "coalesce(status, '') <> 'NOT DONE' and _result is not null"
        ~ " and (paramcd is not null or ('NONE' not in (coalesce(test, ''), coalesce(test_name, '')) and case"
        ~ " when questionnaire_filled = 'Y' then coalesce(questionnaire, '') <> 'NONE' else not any_value_known end))",
        'value is not null and paramcd is not null',
    ),
} -%}
-- A repeated record is no second one, and nothing is to be understood of who asked for erasure. Questions
-- without a category may be those of any questionnaire; only where no question at all is understood are they
-- taken for the ALSFRS-R's.
with
    question as (

        select
            *,
            max(case when paramcd is not null and value is not null then 1 else 0 end) over ()
            = 1 as any_value_known
        from {{ ref('typed_registry__qs') }}

    ),

    judged as (
        {% for table, (meant, understood) in domains.items() %}
            select
                cast('REGISTRY' as string) as source,
                cast('{{ table }}' as string) as table_name,
                case when _reject_rule is null and {{ understood }} then 1 else 0 end as is_understood
            from {% if table == 'qs' %} question {% else %} {{ ref('typed_registry__' ~ table) }} {% endif %}
            where coalesce(_reject_rule, '') not in ('erasure_request', 'record_repeated') and {{ meant }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

    {{ understood_by_table('judged') }}
