{# Supplemental qualifiers: what SUPP-- says of a variable that its parent domain has, and the package reads. #}
{# The tables whose records may have qualifiers. #}
{% macro qualified_tables() -%}
    {{ return(delivered_tables('registry') | reject('in', ['supp', 'withdrawals']) | list) }}
{%- endmacro %}


{# The variables of a table that a qualifier may fill: the same, but the keys. #}
{% macro qualifier_variables(table) -%}
    {%- set names = [] -%}
    {%- for name in identifying_variables(table) -%}
        {%- if name not in ['STUDYID', 'USUBJID', 'DOMAIN'] and not name.endswith('SEQ') -%}
            {%- do names.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{# The variables of a table by which IDVAR may name a record: those that are stored as delivered. #}
{% macro identifying_variables(table) -%}
    {%- set names = [] -%}
    {%- for column in dictionary_columns('registry', table) -%}
        {%- if column.config.meta.get('identifier', 'free_text') == 'free_text' -%}
            {%- do names.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{# The value that tells a record from others, in one form: 001, 1 and 1.0 are the same number. #}
{% macro identifying_value(text) -%}
    coalesce(cast({{ to_int('trim(' ~ text ~ ')') }} as string), trim({{ text }}))
{%- endmacro %}


{# What a cell says, in one form for all spellings: the meaning of its word, the days of its date, its number, else its text.
   `word` and `date` are the joined rows of that cell. #}
{% macro said_by_cell(text, word, date) -%}
    coalesce(
        {{ word }}.meaning,
        cast({{ date }}.earliest as string) || '/' || cast({{ date }}.latest as string),
        {{ number_text(to_double('trim(' ~ text ~ ')')) }},
        upper(trim({{ text }}))
    )
{%- endmacro %}


{# The delivered records of a table, each blank cell filled where a qualifier fills it. A qualifier's value is looked up where
   it was delivered: no model keeps it. #}
{% macro qualified_records(table) -%}
    {%- if table not in qualified_tables() -%} {{ return(source('registry', table)) }} {%- endif -%}
    {%- set variables = qualifier_variables(table) -%}
    (
        select
            {%- for column in dictionary_columns('registry', table) %}
                {%- if column.name in variables %}
                    coalesce(record.{{ column.name }}, filled.{{ column.name }}) as {{ column.name }},
                {%- else %} record.{{ column.name }},
                {%- endif %}
            {%- endfor %}
            record._file,
            record._line
        from {{ source('registry', table) }} as record
        left join
            (
                select
                    {%- for name in variables %}
                        max(
                            case when qualifier.column_name = '{{ name }}' then trim(supp.QVAL) end
                        ) as {{ name }},
                    {%- endfor %}
                    qualifier.record_file,
                    qualifier.record_line
                from {{ ref('stg_registry__qualifier') }} as qualifier
                inner join
                    {{ source('registry', 'supp') }} as supp
                    on qualifier._file = supp._file
                    and qualifier._line = supp._line
                where qualifier.table_name = '{{ table }}' and qualifier.outcome = 'FILLS'
                group by qualifier.record_file, qualifier.record_line
            ) as filled
            on record._file = filled.record_file
            and record._line = filled.record_line
    )
{%- endmacro %}
