{{ config(materialized='table') }}
{%- set tables = [
    'dm', 'ex', 'ae', 'ds', 'mh', 'cm', 'qs', 're', 'fa', 'pr', 'vs', 'ss', 'sv', 'lb', 'eg', 'pe',
    'withdrawals',
] -%}
with
    text as (
        {%- for table in tables %}
            {{ delivered_dates(table) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

    {{ read_dates('text', 'delivered_text') }}
