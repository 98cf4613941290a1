{# Every delivered record of one table, cast by a list of (name, type, delivered column), type being text, int
   or double. A cell that is filled but cannot be cast becomes null and is kept in `_uncastable`
   (column, chr(31), found, chr(30)), from which uncastable_cells makes data queries.

   rejections  list of (condition, column, rule, reason); the first that holds rejects the record. Conditions may
               use the typed names, `_known` and `_copy`.
   known       (relation, column): `_known` tells whether the record's value of that column stands in the
               accepted records of that typed relation, e.g. its subject among the subjects.
   unique_by   list of typed names: `_copy` numbers the records that share them, the fullest first, then by
               content, so that it does not depend on the order of lines; `_contradicts` tells whether they contradict
               each other in a column of `agree_on`. #}
{% macro typed_records(relation, columns, rejections, known=none, unique_by=none, agree_on=[]) -%}
    with
        cast_records as (

            select
                {%- for name, type, delivered_column in columns %}
                    {{ cast_cell(delivered_column, type) }} as {{ name }},
                {%- endfor %}
                nullif(
                    {%- for name, type, delivered_column in columns if type != 'text' %}
                        {{ uncastable_cell(delivered_column, type) }} ||
                    {%- endfor %}
                    '',
                    ''
                ) as _uncastable,
                _file,
                _line
            from {{ relation }}

        ),

        judged as (

            select
                cast_records.*
                {%- if known %}, known._known is not null as _known {%- endif %}
                {%- if unique_by %}
                    ,
                    {{ copy_number(columns, unique_by) }} as _copy,
                    {{ records_contradict(agree_on, unique_by | join(', ')) }} as _contradicts
                {%- endif %}
            from cast_records
            {%- if known %}
                left join
                    (
                        select distinct {{ known[1] }}, true as _known
                        from {{ known[0] }}
                        where _reject_rule is null
                    ) as known
                    on cast_records.{{ known[1] }} = known.{{ known[1] }}
            {%- endif %}

        ),

        ruled as (

            select
                judged.*,
                case
                    {%- for rejection in rejections %}
                        when {{ rejection[0] }} then {{ loop.index }}
                    {%- endfor %}
                end as _rejection
            from judged

        )

    select
        {%- for name, type, delivered_column in columns %} {{ name }}, {%- endfor %}
        _uncastable,
        cast(_file as string) as _file,
        cast(_line as bigint) as _line,
        {%- for part in [1, 2, 3] %}
            cast(
                case
                    _rejection
                    {%- for rejection in rejections %}
                        when {{ loop.index }} then '{{ rejection[part] }}'
                    {%- endfor %}
                end as string
            ) as {{ ['', '_reject_column', '_reject_rule', '_reject_reason'][part] }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from ruled
{%- endmacro %}


{% macro prefixed(prefix, columns) -%}
    {%- set names = [] -%}
    {%- for column in columns -%} {%- do names.append(prefix ~ column[0]) -%} {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{% macro copy_number(columns, unique_by) -%}
    row_number() over (
        partition by {{ unique_by | join(', ') }}
        order by
            {{ n_blank(prefixed('cast_records.', columns)) }},
            {%- for name, type, delivered_column in columns %}
                cast_records.{{ name }} nulls last,
            {%- endfor %}
            _file,
            _line
    )
{%- endmacro %}


{% macro cast_cell(col, type) -%}
    {%- if type == 'int' -%} {{ to_int(col) }}
    {%- elif type == 'double' -%} {{ to_double(col) }}
    {%- else -%} cast({{ col }} as string)
    {%- endif -%}
{%- endmacro %}


{% macro uncastable_cell(col, type) -%}
    case
        when {{ col }} is not null and {{ cast_cell(col, type) }} is null
        then '{{ col }}' || chr(31) || {{ col }} || chr(30)
        else ''
    end
{%- endmacro %}


{# One row per cell that was filled but could not be cast: the columns of `keep`, table_name, column_name, found. #}
{% macro uncastable_cells(relation, table_name, keep) -%}
    select
        {{ keep | join(', ') }},
        cast('{{ table_name }}' as string) as table_name,
        split_part(cell, chr(31), 1) as column_name,
        split_part(cell, chr(31), 2) as found,
        _file,
        _line
    from (select *, {{ rows_of_cells() }} as cell from {{ relation }} where _uncastable is not null) as cells
    where cell <> ''
{%- endmacro %}

{% macro rows_of_cells() -%} {{ return(adapter.dispatch('rows_of_cells', 'vigil')()) }} {%- endmacro %}

{% macro default__rows_of_cells() -%} unnest(string_split(_uncastable, chr(30))) {%- endmacro %}

{% macro spark__rows_of_cells() -%} explode(split(_uncastable, chr(30))) {%- endmacro %}
