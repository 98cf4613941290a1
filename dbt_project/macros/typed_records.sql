{# Every delivered record of one table, cast by a list of (name, type, delivered column), type being text, int,
   double or date. `rejections` is a list of (condition, column, rule, reason), the first that holds rejecting
   the record; conditions may use the typed names. A cell that is filled but cannot be cast becomes null and is
   kept in `_uncastable` (column, chr(31), found, chr(30)), from which uncastable_cells makes data queries. #}

{% macro typed_records(relation, columns, rejections) -%}
with delivered as (

    select * from {{ relation }}

),

cast_records as (

    select
    {%- for name, type, delivered_column in columns %}
        {{ cast_cell(delivered_column, type) }} as {{ name }},
    {%- endfor %}
        nullif(
        {%- for name, type, delivered_column in columns if type != 'text' %}
            {{ uncastable_cell(delivered_column, type) }} ||
        {%- endfor %}
            '', '') as _uncastable,
        _file,
        _line
    from delivered

)

select
    *,
    {%- for part in [1, 2, 3] %}
    cast(case
        {%- for rejection in rejections %}
        when {{ rejection[0] }} then '{{ rejection[part] }}'
        {%- endfor %}
    end as string) as {{ ['', '_reject_column', '_reject_rule', '_reject_reason'][part] }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from cast_records
{%- endmacro %}


{% macro cast_cell(col, type) -%}
    {%- if type == 'int' -%} {{ to_int(col) }}
    {%- elif type == 'double' -%} {{ to_double(col) }}
    {%- elif type == 'date' -%} {{ to_iso_date(col) }}
    {%- else -%} cast({{ col }} as string)
    {%- endif -%}
{%- endmacro %}


{% macro uncastable_cell(col, type) -%}
    case when {{ col }} is not null and {{ cast_cell(col, type) }} is null
        then '{{ col }}' || chr(31) || {{ col }} || chr(30) else '' end
{%- endmacro %}


{# One row per cell that was filled but could not be cast: table_name, column_name, found, and the columns named. #}
{% macro uncastable_cells(relation, table_name, keep) -%}
    {{ return(adapter.dispatch('uncastable_cells', 'vigil')(relation, table_name, keep)) }}
{%- endmacro %}

{% macro default__uncastable_cells(relation, table_name, keep) -%}
select
    {{ keep | join(', ') }},
    cast('{{ table_name }}' as string) as table_name,
    split_part(cell, chr(31), 1) as column_name,
    split_part(cell, chr(31), 2) as found,
    _file,
    _line
from (
    select *, unnest(string_split(_uncastable, chr(30))) as cell
    from {{ relation }}
    where _uncastable is not null
) as cells
where cell <> ''
{%- endmacro %}

{% macro spark__uncastable_cells(relation, table_name, keep) -%}
select
    {{ keep | join(', ') }},
    '{{ table_name }}' as table_name,
    split_part(cell, chr(31), 1) as column_name,
    split_part(cell, chr(31), 2) as found,
    _file,
    _line
from {{ relation }} lateral view explode(split(_uncastable, chr(30))) cells as cell
where cell <> ''
{%- endmacro %}
