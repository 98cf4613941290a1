{# Baseline covariates at each anchor. One row per subject and anchor. #}
{% macro covariate(source) -%}
    {%- set parameters = ['ALSFRSR', 'ALSFRS', 'FVCPP', 'SVCPP', 'WEIGHT', 'HEIGHT'] -%}
    with
        anchor as ({{ anchors(source) }}),

        value_at as (

            select
                usubjid,
                anchor,
                {%- for paramcd in parameters %}
                    max(case when paramcd = '{{ paramcd }}' then value end) as {{ paramcd | lower }},
                {%- endfor %}
                max(case when paramcd = 'ALSFRSR' then day end) as alsfrsr_day,
                max(case when paramcd = 'FVCPP' and derived_flag = 'Y' then 'Y' end) as fvcpp_derived_flag
            from {{ ref('int_' ~ source ~ '__baseline_record') }}
            group by usubjid, anchor

        ),

        {% if source == 'registry' %}
            taken_at as (

                select
                    anchor.usubjid,
                    anchor.anchor,
                    medication.medication,
                    max(
                        case
                            when
                                medication.is_certain = 'Y'
                                and coalesce(medication.latest_start_day, anchor.anchor_day)
                                <= anchor.anchor_day
                                and coalesce(medication.earliest_end_day, anchor.anchor_day)
                                >= anchor.anchor_day
                            then 1
                            else 0
                        end
                    ) as certain,
                    max(
                        case
                            when
                                coalesce(medication.earliest_start_day, anchor.anchor_day)
                                <= anchor.anchor_day
                                and coalesce(medication.latest_end_day, anchor.anchor_day)
                                >= anchor.anchor_day
                            then 1
                            else 0
                        end
                    ) as possible
                from anchor
                inner join
                    {{ ref('int_registry__medication') }} as medication on anchor.usubjid = medication.usubjid
                group by anchor.usubjid, anchor.anchor, medication.medication

            ),

        {% endif %}

        joined as (

            select
                anchor.usubjid,
                anchor.anchor,
                anchor.anchor_day,
                subject.age + {{ days_to_months('anchor.anchor_day') }} / 12 as age,
                case
                    when subject.onset_day <= anchor.anchor_day then anchor.anchor_day - subject.onset_day
                end as symptom_days,
                case
                    when subject.diagnosis_day >= subject.onset_day
                    then subject.diagnosis_day - subject.onset_day
                end as diagnostic_delay_days,
                case
                    when subject.diagnosis_day <= anchor.anchor_day
                    then anchor.anchor_day - subject.diagnosis_day
                end as since_diagnosis_days,
                value_at.alsfrsr,
                value_at.alsfrsr_day,
                value_at.alsfrs,
                slope.slope_per_month,
                value_at.fvcpp,
                value_at.fvcpp_derived_flag,
                value_at.svcpp,
                value_at.weight,
                coalesce(value_at.height, subject.height_cm) as height,
                {%- for drug in ['riluzole', 'edaravone'] %}
                    {% if source == 'proact' %}
                        -- The day of use is the day it was asked about, not a start.
                        case subject.{{ drug }} when 'Y' then 1 when 'N' then 0 end as {{ drug }}
                    {% else %}
                        -- Use has a start and an end: what covers the anchor by its dates is use, what
                        -- cannot is
                        -- none, and what may is not known.
                        case
                            when {{ drug }}_taken.certain = 1
                            then 1
                            when {{ drug }}_taken.possible = 1
                            then null
                            when subject.{{ drug }} in ('Y', 'N') or {{ drug }}_taken.usubjid is not null
                            then 0
                        end as {{ drug }}
                    {% endif %}
                    {{ ',' if not loop.last }}
                {%- endfor %}
            from anchor
            inner join {{ ref('int_' ~ source ~ '__subject') }} as subject on anchor.usubjid = subject.usubjid
            {% if source == 'registry' %}
                {%- for drug in ['riluzole', 'edaravone'] %}
                    left join
                        taken_at as {{ drug }}_taken
                        on anchor.usubjid = {{ drug }}_taken.usubjid
                        and anchor.anchor = {{ drug }}_taken.anchor
                        and {{ drug }}_taken.medication = '{{ drug | upper }}'
                {%- endfor %}
            {% endif %}
            left join value_at on anchor.usubjid = value_at.usubjid and anchor.anchor = value_at.anchor
            left join
                {{ ref('int_' ~ source ~ '__slope_before') }} as slope
                on anchor.usubjid = slope.usubjid
                and anchor.anchor = slope.anchor

        )

    select
        *,
        {{ days_to_months('symptom_days') }} as symptom_months,
        {{ days_to_months('diagnostic_delay_days') }} as diagnostic_delay_months,
        {{ days_to_months('since_diagnosis_days') }} as since_diagnosis_months,
        -- Within 30 days of onset the ratio says nothing (a loss of two points would read as a collapse):
        -- null.
        case
            when symptom_days >= 30 then (48 - alsfrsr) / ({{ days_to_months('symptom_days') }})
        end as progression_rate,
        coalesce(fvcpp, svcpp) as vcpp,
        {{ body_mass_index('weight', 'height') }} as bmi
    from joined
{%- endmacro %}
