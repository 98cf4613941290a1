{# Several values of a subject, parameter and day become one: the lower median, which is one of the records, so
   that the value keeps its line. Which of equal values lends its line does not matter to the result. #}
{% macro daily_value(relation, columns) -%}
    select {{ columns | join(', ') }}
    from
        (
            select
                ranked.*,
                row_number() over (
                    partition by usubjid, paramcd, day order by value nulls last, _file, _line
                ) as _rank,
                count(*) over (partition by usubjid, paramcd, day) as _n
            from {{ relation }} as ranked
        ) as ranked
    where _rank = floor((_n + 1) / 2)
{%- endmacro %}
