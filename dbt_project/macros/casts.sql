{# Text to number. Every delivered cell is text; what cannot be cast becomes null and the caller lists it as a
   data query. Only plain decimal notation counts: `nan`, `inf`, `1_000`, `0x1F` and `1,000` are not numbers. #}
{% macro to_int(col) -%} {{ return(adapter.dispatch('to_int', 'vigil')(col)) }} {%- endmacro %}

{% macro default__to_int(col) -%}
    (
        case
            when regexp_full_match({{ col }}, '[+-]?[0-9]{1,9}([.]0*)?')
            then cast(try_cast({{ col }} as double) as int)
        end
    )
{%- endmacro %}

{% macro spark__to_int(col) -%}
    (
        case
            when {{ col }} rlike '^[+-]?[0-9]{1,9}([.]0*)?\\z'
            then try_cast(try_cast({{ col }} as double) as int)
        end
    )
{%- endmacro %}


{% macro to_double(col) -%} {{ return(adapter.dispatch('to_double', 'vigil')(col)) }} {%- endmacro %}

{% macro default__to_double(col) -%}
    (
        case
            when regexp_full_match({{ col }}, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,2})?')
            then try_cast({{ col }} as double)
        end
    )
{%- endmacro %}

{% macro spark__to_double(col) -%}
    (
        case
            when {{ col }} rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,2})?\\z'
            then try_cast({{ col }} as double)
        end
    )
{%- endmacro %}


{# A double as short, stable text: 4.0 -> '4', 3.5 -> '3.5'. For the `found` and `expected` of data queries, whose numbers are
   made of it: where engines would write an exponent, each another one, a bound stands. Spark writes one for nought too. #}
{% macro number_text(expr) -%}
    case
        when {{ expr }} = 0
        then '0'
        when abs({{ expr }}) < 1e-4
        then 'below 0.0001'
        when abs({{ expr }}) >= 1e15
        then 'above 1000000000000000'
        else {{ plain_number(expr) }}
    end
{%- endmacro %}

{% macro plain_number(expr) -%} {{ return(adapter.dispatch('plain_number', 'vigil')(expr)) }} {%- endmacro %}

{% macro default__plain_number(expr) -%}
    regexp_replace(cast({{ expr }} as string), '[.]0$', '')
{%- endmacro %}

{% macro spark__plain_number(expr) -%}
    regexp_replace(cast(try_cast(cast({{ expr }} as string) as decimal(38, 20)) as string), '[.]?0+$', '')
{%- endmacro %}
