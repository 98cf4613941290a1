-- Every staged forced and slow vital capacity record, its trials checked and the best one found.
with
    tests as (

        {% for table in ['fvc', 'svc'] %}
            select
                {{ proact_usubjid() }} as usubjid,
                cast('{{ table | upper }}' as string) as test,
                cast('{{ table }}' as string) as src_table,
                day,
                litres_trial_1,
                litres_trial_2,
                litres_trial_3,
                pct_trial_1,
                pct_trial_2,
                pct_trial_3,
                subject_normal,
                units,
                _file,
                _line
            from {{ ref('stg_proact__' ~ table) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    -- Litres per delivered unit; a unit that is no volume leaves no litres. The columns are named litres: a
    -- blank unit says no more.
    scaled as (

        select
            tests.*,
            case
                when tests.units is null
                then 1e0
                else {{ in_standard_unit('1e0', 'word.meaning', 'vital_capacity') }}
            end as litres_per_unit
        from tests
        left join
            (
                select 'fvc' as test_table, value, meaning
                from {{ words_of('proact', 'fvc', 'Forced_Vital_Capacity_Units') }} as forced
                union all
                select 'svc', value, meaning
                from {{ words_of('proact', 'svc', 'Slow_Vital_Capacity_Units') }} as slow
            ) as word
            on tests.src_table = word.test_table
            and tests.units = word.value

    ),

    checked as (

        select
            usubjid,
            test,
            src_table,
            units,
            litres_per_unit,
            subject_normal,
            {{ within_limits('day', 'visit_day') }} as day,
            day as day_delivered,
            {% for trial in ['1', '2', '3'] %}
                litres_trial_{{ trial }},
                pct_trial_{{ trial }},
                {{ within_limits('litres_trial_' ~ trial ~ ' * litres_per_unit', 'vital_capacity_litres') }}
                as litres_{{ trial }},
                {{ within_limits('pct_trial_' ~ trial, 'vital_capacity_pct') }} as pct_{{ trial }},
            {% endfor %}
            {{ within_limits('subject_normal', 'normal_litres') }} as normal_litres,
            _file,
            _line
        from scaled

    )

select
    *,
    -- greatest() of no trial at all is null: zero cannot win, every trial being above it.
    nullif(greatest(coalesce(litres_1, 0), coalesce(litres_2, 0), coalesce(litres_3, 0)), 0) as litres,
    nullif(greatest(coalesce(pct_1, 0), coalesce(pct_2, 0), coalesce(pct_3, 0)), 0) as pct,
    case when litres_1 is null then 0 else 1 end
    + case when litres_2 is null then 0 else 1 end
    + case when litres_3 is null then 0 else 1 end as n_trial
from checked
