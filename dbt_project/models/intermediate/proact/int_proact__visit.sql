{#- table, day, what makes the record evidence -#}
{%- set evidence = [
    ('alsfrs', 'day', 'coalesce(alsfrs_total, alsfrs_r_total, q1_speech, q2_salivation, q3_swallowing, q4_handwriting,'
        ~ ' q5a_cutting, q5b_cutting, q6_dressing, q7_turning, q8_walking, q9_stairs, q10_respiratory) is not null'),
    ('fvc', 'day', 'coalesce(litres_trial_1, pct_trial_1, litres_trial_2, pct_trial_2, litres_trial_3, pct_trial_3) is not null'),
    ('svc', 'day', 'coalesce(litres_trial_1, pct_trial_1, litres_trial_2, pct_trial_2, litres_trial_3, pct_trial_3) is not null'),
    ('vitalsigns', 'day', 'coalesce(blood_pressure_diastolic, blood_pressure_systolic, height, pulse, respiratory_rate,'
        ~ ' temperature, weight, supine_pulse, standing_pulse, supine_bp_systolic, standing_bp_systolic) is not null'),
    ('handgripstrength', 'day', 'test_result is not null'),
    ('musclestrength', 'day', 'test_result is not null'),
    ('labs', 'day', is_filled('test_result')),
    ('neurofilament', 'day', is_filled('result')),
    ('adverseevents', 'start_day', 'true'),
    ('adverseevents', 'end_day', 'true'),
    ('conmeds', 'start_day', 'true'),
    ('conmeds', 'stop_day', 'true'),
] -%}
-- The days on which a subject must have been alive: every table with a day and a result, as in the registry.
-- Histories
-- are left out, which tell of earlier days (onset, family, use of riluzole), and so are days that no trial
-- reaches. A lone
-- day more than two years after all others is set aside and asked about.
with
    visits as (

        {% for table, day, condition in evidence %}
            select
                {{ proact_usubjid() }} as usubjid,
                cast('{{ table }}' as string) as src_table,
                cast({{ within_limits(day, 'visit_day') }} as int) as day,
                _file,
                _line
            from {{ ref('stg_proact__' ~ table) }}
            where {{ condition }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    days as (select distinct usubjid, day from visits where day is not null),

    spaced as (

        select
            *,
            lag(day) over (partition by usubjid order by day nulls last) as previous_day,
            row_number() over (partition by usubjid order by day desc) as recency
        from days

    )

select
    visits.usubjid,
    visits.src_table,
    visits.day,
    max(
        case
            when spaced.recency = 1 and spaced.day - spaced.previous_day > {{ lone_after_days() }}
            then 'Y'
            else 'N'
        end
    ) as is_lone,
    max(spaced.previous_day) as previous_day,
    min(visits._file) as _file,
    min(visits._line) as _line
from visits
inner join spaced on visits.usubjid = spaced.usubjid and visits.day = spaced.day
group by visits.usubjid, visits.src_table, visits.day
