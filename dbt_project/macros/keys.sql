{# Keys made of values: a null and an empty text differ, and the parts cannot run into one another. #}
{% macro hash_key(columns) -%}
    md5(
        {%- for column in columns %}
            coalesce('=' || cast({{ column }} as string), '-')
            {%- if not loop.last %} || chr(31) || {% endif %}
        {%- endfor -%}
    )
{%- endmacro %}


{# The lasting number of a data query: made of what is asked, not of the line it was seen on, so that a query
   keeps its number from cut to cut and closes when the answer arrives. #}
{% macro data_query_id(usubjid='usubjid', table_name='table_name', column_name='column_name', rule='rule', found='found') -%}
    {{ hash_key([usubjid, table_name, column_name, rule, found]) }}
{%- endmacro %}


{# Whether the records of a key contradict each other: some column is filled with different values. What is blank in one and
   filled in another does not. #}
{% macro records_contradict(columns, key) -%}
    (
        {%- for column in columns %}
            coalesce(
                min({{ column }}) over (partition by {{ key }})
                <> max({{ column }}) over (partition by {{ key }}),
                false
            )
            {%- if not loop.last %} or {%- endif %}
        {%- endfor %}
    )
{%- endmacro %}


{# How many of the columns are blank. #}
{% macro n_blank(columns) -%}
    (
        {%- for column in columns %}
            case when {{ column }} is null then 1 else 0 end{{ ' +' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
