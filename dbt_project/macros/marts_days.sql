{# ADaM study day: there is no day 0, so that a day counted from 0 moves up by one from the reference on. #}
{% macro study_day(day) -%}
    cast({{ day }} + case when {{ day }} >= 0 then 1 else 0 end as int)
{%- endmacro %}


{# Days to months and years, in the units the study displays. #}
{% macro days_to_months(days) -%} cast({{ days }} as double) / 30.4375e0 {%- endmacro %}
