{%- set parameters = ['ALSFRSR', 'ALSFRS', 'FVCPP', 'SVCPP', 'WEIGHT', 'HEIGHT'] -%}
with
    value_at as (

        select
            usubjid,
            anchor,
            {%- for paramcd in parameters %}
                max(case when paramcd = '{{ paramcd }}' then value end) as {{ paramcd | lower }},
            {%- endfor %}
            max(case when paramcd = 'ALSFRSR' then day end) as alsfrsr_day,
            max(case when paramcd = 'FVCPP' and derived_flag = 'Y' then 'Y' end) as fvcpp_derived_flag
        from {{ ref('int_cohort__baseline_record') }}
        group by usubjid, anchor

    ),

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
                when subject.diagnosis_day >= subject.onset_day then subject.diagnosis_day - subject.onset_day
            end as diagnostic_delay_days,
            case
                when subject.diagnosis_day <= anchor.anchor_day then anchor.anchor_day - subject.diagnosis_day
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
            -- PRO-ACT's day of use is the day it was asked about, not a start; a registry start
            -- after the anchor is no use.
            case
                when
                    subject.riluzole = 'Y'
                    and subject.source = 'REGISTRY'
                    and subject.riluzole_start_day > anchor.anchor_day
                then 0
                when subject.riluzole = 'Y'
                then 1
                when subject.riluzole = 'N'
                then 0
            end as riluzole
        from {{ ref('int_cohort__anchor') }} as anchor
        inner join {{ ref('int_cohort__subject') }} as subject on anchor.usubjid = subject.usubjid
        left join value_at on anchor.usubjid = value_at.usubjid and anchor.anchor = value_at.anchor
        left join
            {{ ref('int_cohort__slope_before') }} as slope
            on anchor.usubjid = slope.usubjid
            and anchor.anchor = slope.anchor

    )

select
    *,
    {{ days_to_months('symptom_days') }} as symptom_months,
    {{ days_to_months('diagnostic_delay_days') }} as diagnostic_delay_months,
    {{ days_to_months('since_diagnosis_days') }} as since_diagnosis_months,
    -- Within 30 days of onset the ratio says nothing (a loss of two points would read as a collapse): null.
    case
        when symptom_days >= 30 then (48 - alsfrsr) / ({{ days_to_months('symptom_days') }})
    end as progression_rate,
    coalesce(fvcpp, svcpp) as vcpp,
    case when height > 0 then weight / ((height / 100) * (height / 100)) end as bmi
from joined
