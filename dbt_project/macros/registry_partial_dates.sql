{# The last day a date may stand for: itself when complete, the end of its month when the day was imputed (flag D),
   the end of its year when month and day were (flag M). #}
{% macro latest_possible_date(date, flag) -%}
    case
        when {{ flag }} = 'M'
        then cast(cast(extract(year from {{ date }}) as string) || '-12-31' as date)
        when {{ flag }} = 'D'
        then last_day({{ date }})
        else {{ date }}
    end
{%- endmacro %}
