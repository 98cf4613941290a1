{# Why a subject has no time-to-event rows at all, the first reason that holds; null when there is none. No reason asks
   whether the subject died: each would take out the dead and the living alike. #}
{% macro time_exclusion(source) -%}
    select
        subject.usubjid,
        cast(
            case
                {% if source == 'registry' %}
                    when subject.index_date is null
                    then 'no index date'
                    when subject.first_dose_known = 'N'
                    then 'first injection not known'
                    when subject.withdrawal_request = 'STOP' and subject.withdrawal_day is null
                    then 'stop of follow-up without a date'
                    when subject.first_dose_day is null and subject.harvest_day is null
                    then 'neither harvested nor injected'
                {% endif %}
                when vital.last_visit_day is null
                then 'no recorded visit'
                when vital.last_visit_day < 0
                then 'follow-up ends before the index'
            end as string
        ) as reason
    from {{ ref('int_' ~ source ~ '__subject') }} as subject
    inner join {{ ref('int_' ~ source ~ '__vital_status') }} as vital on subject.usubjid = vital.usubjid
{%- endmacro %}
