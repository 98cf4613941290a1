{# One finding a line: (usubjid, table_name, column_name, rule, found, expected, _file, _line) out of `relation`, where
   `condition` holds. The arguments are SQL expressions, but for the table, column and rule, which are names. #}
{% macro registry_finding(
    relation, table_name, column_name, rule, condition, found, expected, usubjid='usubjid', file='_file', line='_line'
) -%}
    select
        cast({{ usubjid }} as string) as usubjid,
        cast('{{ table_name }}' as string) as table_name,
        cast('{{ column_name }}' as string) as column_name,
        cast('{{ rule }}' as string) as rule,
        cast({{ found }} as string) as found,
        cast({{ expected }} as string) as expected,
        cast({{ file }} as string) as _file,
        cast({{ line }} as bigint) as _line
    from {{ relation }}
    where {{ condition }}
{%- endmacro %}
