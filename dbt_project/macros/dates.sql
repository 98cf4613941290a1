{# ISO 8601 dates, complete or partial, with or without a time. A partial date becomes its first day, and
   iso_date_flag says so as ADaM's DTF does: D = day imputed, M = month and day imputed, null = complete.
   Anything else (44259, 4-Mar-21, 03/04/2021, 2021-02-30) is no date: null, never a guess. #}
{% macro to_iso_date(col) -%} {{ return(adapter.dispatch('to_iso_date', 'vigil')(col)) }} {%- endmacro %}

{% macro default__to_iso_date(col) -%}
    (
        case
            when regexp_full_match({{ col }}, '[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?')
            then try_cast(substring({{ col }}, 1, 10) as date)
            when regexp_full_match({{ col }}, '[0-9]{4}-[0-9]{2}(-|T.*)?')
            then try_cast(substring({{ col }}, 1, 7) || '-01' as date)
            when regexp_full_match({{ col }}, '[0-9]{4}(-|--.*|T.*)?')
            then try_cast(substring({{ col }}, 1, 4) || '-01-01' as date)
        end
    )
{%- endmacro %}

{% macro spark__to_iso_date(col) -%}
    (
        case
            when {{ col }} rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?$'
            then try_cast(substring({{ col }}, 1, 10) as date)
            when {{ col }} rlike '^[0-9]{4}-[0-9]{2}(-|T.*)?$'
            then try_cast(concat(substring({{ col }}, 1, 7), '-01') as date)
            when {{ col }} rlike '^[0-9]{4}(-|--.*|T.*)?$'
            then try_cast(concat(substring({{ col }}, 1, 4), '-01-01') as date)
        end
    )
{%- endmacro %}


{% macro iso_date_flag(col) -%} {{ return(adapter.dispatch('iso_date_flag', 'vigil')(col)) }} {%- endmacro %}

{% macro default__iso_date_flag(col) -%}
    (
        case
            when {{ to_iso_date(col) }} is null
            then cast(null as string)
            when regexp_full_match({{ col }}, '[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?')
            then cast(null as string)
            when regexp_full_match({{ col }}, '[0-9]{4}-[0-9]{2}(-|T.*)?')
            then 'D'
            else 'M'
        end
    )
{%- endmacro %}

{% macro spark__iso_date_flag(col) -%}
    (
        case
            when {{ to_iso_date(col) }} is null
            then cast(null as string)
            when {{ col }} rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?$'
            then cast(null as string)
            when {{ col }} rlike '^[0-9]{4}-[0-9]{2}(-|T.*)?$'
            then 'D'
            else 'M'
        end
    )
{%- endmacro %}


{# Whole days from start to end (end minus start), null when either is null. #}
{% macro days_between(start, end) -%}
    {{ return(adapter.dispatch('days_between', 'vigil')(start, end)) }}
{%- endmacro %}

{% macro default__days_between(start, end) -%}
    cast(date_diff('day', {{ start }}, {{ end }}) as int)
{%- endmacro %}

{% macro spark__days_between(start, end) -%} datediff({{ end }}, {{ start }}) {%- endmacro %}


{# A date a whole number of days later. #}
{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'vigil')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%} cast({{ date }} + cast({{ days }} as int) as date) {%- endmacro %}

{% macro spark__add_days(date, days) -%} date_add({{ date }}, {{ days }}) {%- endmacro %}
