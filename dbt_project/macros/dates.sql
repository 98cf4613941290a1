{# What delivered texts say of a date, one row per text that is one: `delivered`, `earliest`, `latest`, `flag`. A date is an
   interval until its day is known: earliest is its first possible day, latest its last, and flag what of it is imputed
   when it stands for its first day, as ADaM's DTF: D = the day, M = month and day, Y = the whole date; null = complete.

   Read are ISO 8601 dates, complete or partial, with or without a time; parts that say they are unknown (UN, UNK, NK, XX,
   00, 99, -); an interval of two dates (2021-03-01/2021-03-15), whose second may leave out
   what it shares with the first (2021-03/05, 2021-03-01/15, 2021-03-01/04-15); and the unambiguous 2021.03.04, 2021/3/4 and 2021년 3월 4일.
   Anything else (44259, 4-Mar-21, 03/04/2021, 2021-02-30) is no date and has no row: never a guess. #}
{% macro read_dates(relation, column) -%}
    select delivered, earliest, latest, {{ date_flag('earliest', 'latest') }} as flag
    from
        (
            select
                delivered, {{ _first_day('start_text') }} as earliest, {{ _last_day('end_text') }} as latest
            from
                (
                    select
                        delivered,
                        {{ _date_text("case when is_interval then split_part(delivered, '/', 1) else delivered end") }}
                        as start_text,
                        {{ _date_text("case when is_interval then end_delivered else delivered end") }}
                        as end_text
                    from
                        (
                            -- An interval has two dates, each with its year; 2021/03 and 2021/03/04 are
                            -- one. A second
                            -- date without its year ends as the first begins; no other text has both - and /.
                            select
                                {{ column }} as delivered,
                                {{ matches(column, '[0-9]{4}[^/]*/[0-9]{4}[^/]*') }}
                                or {{ _is_short_interval(column) }} as is_interval,
                                case
                                    when {{ _is_short_interval(column) }}
                                    then
                                        substring(
                                            {{ column }},
                                            1,
                                            length(split_part({{ column }}, '/', 1))
                                            - length(split_part({{ column }}, '/', 2))
                                        )
                                        || split_part({{ column }}, '/', 2)
                                    else split_part({{ column }}, '/', 2)
                                end as end_delivered
                            from (select distinct {{ column }} from {{ relation }}) as texts
                            where
                                {{ matches(column, ' *[0-9]{4}.*') }}
                                and (
                                    not {{ matches(column, '[^/T]*[-.][^/]*/.*|[^T]*/[^/T]*-.*') }}
                                    or {{ matches(column, '[0-9]{4}[^/]*/[0-9]{4}[^/]*') }}
                                    or {{ _is_short_interval(column) }}
                                )
                        ) as parted
                ) as cleaned
        ) as bounded
    where earliest <= latest
{%- endmacro %}


{# Whether a text is an interval whose second date leaves out what it shares with the first, as ISO 8601 allows. #}
{% macro _is_short_interval(text) -%}
    {{ matches(text, '[0-9]{4}-[0-9]{2}/[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}/([0-9]{2}-)?[0-9]{2}') }}
{%- endmacro %}


{# Every text of a registry table's date columns, as `delivered_text`. #}
{% macro delivered_dates(table) -%}
    {%- set dates = [] -%}
    {%- for column in dictionary_columns('registry', table) if is_date_column(column.name) -%}
        {%- do dates.append(column.name) -%}
    {%- endfor -%}
    {%- for date in dates or ['_file'] %}
        select cast({{ date }} as string) as delivered_text
        from {{ source('registry', table) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
{%- endmacro %}

{% macro is_date_column(name) -%} {{ return(name.endswith('DTC') or name == 'DATE') }} {%- endmacro %}


{# What of a date is imputed when it stands for every day from `earliest` to `latest`. #}
{% macro date_flag(earliest, latest) -%}
    case
        when {{ earliest }} = {{ latest }}
        then cast(null as string)
        when extract(year from {{ earliest }}) <> extract(year from {{ latest }})
        then 'Y'
        when extract(month from {{ earliest }}) <> extract(month from {{ latest }})
        then 'M'
        when {{ earliest }} < {{ latest }}
        then 'D'
    end
{%- endmacro %}


{# The date alone, its parts parted by `-`. A dot or another letter is any letter, which a dot alone is not everywhere. #}
{% macro _date_text(text) -%}
    translate(
        replace(
            regexp_replace(upper(trim({{ text }})), '(T([.]|[^.])*| +[0-9]{1,2}:([.]|[^.])*)$', ''), ' ', ''
        ),
        './년월일',
        '----'
    )
{%- endmacro %}

{# What a part of a date says that is not known. #}
{% macro _unknown_part() -%} {{ return('(UN|UNK|NK|XX|00|99|-)?') }} {%- endmacro %}

{% macro _is_day(text) -%}
    (
        {{ matches(text, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}-?') }}
        and not {{ matches(text, '[0-9]{4}-(.*-)?(00|99)(-.*)?') }}
    )
{%- endmacro %}

{% macro _is_month(text) -%}
    (
        {{ matches(text, '[0-9]{4}-[0-9]{1,2}(-' ~ _unknown_part() ~ '-?)?') }}
        and not {{ matches(text, '[0-9]{4}-(00|99).*') }}
    )
{%- endmacro %}

{% macro _is_year(text) -%}
    {{ matches(text, '[0-9]{4}(-' ~ _unknown_part() ~ '(-(UN|UNK|NK|XX|-|[0-9]{1,2})?-?)?)?') }}
{%- endmacro %}

{% macro _first_day(text) -%}
    case
        when {{ _is_day(text) }}
        then try_cast(regexp_replace({{ text }}, '-+$', '') as date)
        when {{ _is_month(text) }}
        then try_cast(substring({{ text }}, 1, 5) || split_part({{ text }}, '-', 2) || '-01' as date)
        when {{ _is_year(text) }}
        then try_cast(substring({{ text }}, 1, 4) || '-01-01' as date)
    end
{%- endmacro %}

{% macro _last_day(text) -%}
    case
        when {{ _is_day(text) }}
        then try_cast(regexp_replace({{ text }}, '-+$', '') as date)
        when {{ _is_month(text) }}
        then
            last_day(try_cast(substring({{ text }}, 1, 5) || split_part({{ text }}, '-', 2) || '-01' as date))
        when {{ _is_year(text) }}
        then try_cast(substring({{ text }}, 1, 4) || '-12-31' as date)
    end
{%- endmacro %}


{# Whether a whole text has a form. #}
{% macro matches(col, pattern) -%}
    {{ return(adapter.dispatch('matches', 'vigil')(col, pattern)) }}
{%- endmacro %}

{% macro default__matches(col, pattern) -%} regexp_full_match({{ col }}, '{{ pattern }}') {%- endmacro %}

{# Java's $ holds before a last line break as well, and its dot for no line end but \n alone. #}
{% macro spark__matches(col, pattern) -%}
    {%- set no_line_feed = pattern.replace('.*', '[^\\\\n]*') -%}({{ col }} rlike '^({{ no_line_feed }})\\z')
{%- endmacro %}


{# The last day that a delivery of a data cut can tell of: extracts are pulled after their cut. A later date is a slip. #}
{% macro last_told_day(data_cut) -%} {{ add_days(data_cut, 366) }} {%- endmacro %}


{# Whole days from start to end (end minus start), null when either is null. #}
{% macro days_between(start, end) -%}
    {{ return(adapter.dispatch('days_between', 'vigil')(start, end)) }}
{%- endmacro %}

{% macro default__days_between(start, end) -%}
    cast(date_diff('day', {{ start }}, {{ end }}) as int)
{%- endmacro %}

{% macro spark__days_between(start, end) -%} cast(datediff({{ end }}, {{ start }}) as int) {%- endmacro %}


{# A date a whole number of days later. #}
{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'vigil')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%} cast({{ date }} + cast({{ days }} as int) as date) {%- endmacro %}

{% macro spark__add_days(date, days) -%} date_add({{ date }}, {{ days }}) {%- endmacro %}
