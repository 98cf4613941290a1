{{ config(materialized='table') }}
{%- set tables = [
    'dm', 'ex', 'ae', 'ds', 'mh', 'cm', 'qs', 're', 'fa', 'pr', 'vs', 'ss', 'sv', 'lb', 'eg', 'pe',
    'withdrawals',
] -%}
with
    text as (
        {%- for table in tables %}
            {{ delivered_dates(table) }}
            union all
        {%- endfor %}
        select cast(coalesce(FASTRESC, FAORRES) as string) as delivered_text
        from {{ source('registry', 'fa') }}
        union all
        select cast(trim(QVAL) as string) as delivered_text
        from {{ source('registry', 'supp') }}
        where upper(trim(QNAM)) like '%DTC' or upper(trim(QNAM)) in ('FASTRESC', 'FAORRES')
    )

    {{ read_dates('text', 'delivered_text') }}
