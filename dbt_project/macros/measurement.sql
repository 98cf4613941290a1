{# The rows that one parameter brings to the measurements: those of `relation` that have a value. `derivation` and
   `derived_flag` are SQL expressions. #}
{% macro measurement(
    relation, paramcd, param, value, unit, src_table, condition='true', derivation='null', derived_flag="'N'"
) -%}
    select
        usubjid,
        '{{ paramcd }}' as paramcd,
        '{{ param }}' as param,
        day,
        {{ value }} as value,
        '{{ unit }}' as unit,
        {{ derived_flag }} as derived_flag,
        cast({{ derivation }} as string) as derivation,
        '{{ src_table }}' as src_table,
        _file,
        _line
    from {{ relation }}
    where {{ condition }} and {{ value }} is not null
{%- endmacro %}
