{# Results delivered as text: `<5`, `>= 1.0`, `229,000`, `4.9e-05`, `Trace`. #}
{% macro result_comparator(col) -%} nullif(regexp_extract({{ col }}, '^(<=|>=|<|>)', 1), '') {%- endmacro %}

{# The number after the comparator. A comma counts only as a separator of thousands, never as a decimal sign. #}
{% macro result_number(col) -%} {{ return(adapter.dispatch('result_number', 'vigil')(col)) }} {%- endmacro %}

{% macro default__result_number(col) -%}
    {%- set bare = "regexp_replace(" ~ col ~ ", '^[<>=]+[\\s\\p{Z}]*', '')" -%}
    (
        case
            when regexp_full_match({{ bare }}, '[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?')
            then {{ to_double("replace(" ~ bare ~ ", ',', '')") }}
            else {{ to_double(bare) }}
        end
    )
{%- endmacro %}

{% macro spark__result_number(col) -%}
    {%- set bare = "regexp_replace(" ~ col ~ ", '^[<>=]+[\\\\s\\\\p{Z}]*', '')" -%}
    (
        case
            when {{ bare }} rlike '^[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?\\z'
            then {{ to_double("replace(" ~ bare ~ ", ',', '')") }}
            else {{ to_double(bare) }}
        end
    )
{%- endmacro %}
