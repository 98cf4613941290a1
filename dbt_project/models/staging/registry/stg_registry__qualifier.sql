{{ config(materialized='table') }}
-- A qualifier is a cell of its parent record, delivered elsewhere. Where the parent's own cell is filled,
-- that
-- stands; where two qualifiers of a cell differ, neither does.
with
    variable as (

        select *
        from
            (
                values
                    {% for table in qualified_tables() %}
                        {% set outer = loop %}
                        {% for name in qualifier_variables(table) %}
                            ('{{ table }}', '{{ name }}'){{ ',' if not (loop.last and outer.last) }}
                        {% endfor %}
                    {% endfor %}
            ) as variable(table_name, column_name)

    ),

    -- A qualifier that does not say its domain is of the one its file is named by.
    named as (

        select
            variable.table_name,
            variable.column_name,
            supp.USUBJID as usubjid,
            coalesce(upper(trim(supp.IDVAR)), 'USUBJID') as id_variable,
            {{ identifying_value('supp.IDVARVAL') }} as id_value,
            trim(supp.QVAL) as value,
            supp._file,
            supp._line
        from {{ source('registry', 'supp') }} as supp
        inner join
            variable
            on upper(trim(supp.QNAM)) = variable.column_name
            and case
                when supp.RDOMAIN is not null
                then lower(trim(supp.RDOMAIN)) = variable.table_name
                else lower(supp._file) like '%supp' || variable.table_name || '%'
            end
        where trim(supp.QVAL) <> ''

    ),

    matched as (
        {% for table in qualified_tables() %}
            {% set content = [] %}
            {% for column in dictionary_columns('registry', table) %}
                {% do content.append('record.' ~ column.name) %}
            {% endfor %}
            select _file, _line, record_file, record_line, record_value, record_key
            from
                (
                    select
                        named._file,
                        named._line,
                        named.id_variable,
                        named.id_value,
                        record._file as record_file,
                        record._line as record_line,
                        case
                            named.id_variable
                            {% for name in identifying_variables(table) %}
                                when '{{ name }}' then record.{{ name }}
                            {% endfor %}
                        end as record_id,
                        case
                            named.column_name
                            {% for name in qualifier_variables(table) %}
                                when '{{ name }}' then record.{{ name }}
                            {% endfor %}
                        end as record_value,
                        {{ hash_key(content) }} as record_key
                    from named
                    inner join {{ source('registry', table) }} as record on named.usubjid = record.USUBJID
                    where named.table_name = '{{ table }}'
                ) as pair
            {% if table != 'dm' %}
                where id_variable = 'USUBJID' or id_value = {{ identifying_value('record_id') }}
            {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    -- A group or a visit has several records, and each has the qualifier; a sequence number has one, and a
    -- qualifier that names no record is of a subject's only one.
    placed as (

        select
            named.*,
            matched.record_file,
            matched.record_line,
            nullif(trim(matched.record_value), '') as record_value,
            case
                when matched.record_line is null
                then 'N'
                when
                    named.table_name <> 'dm'
                    and (named.id_variable = 'USUBJID' or named.id_variable like '%SEQ')
                    and min(matched.record_key) over (partition by named._file, named._line)
                    <> max(matched.record_key) over (partition by named._file, named._line)
                then 'N'
                else 'Y'
            end as has_parent
        from named
        left join matched on named._file = matched._file and named._line = matched._line

    ),

    -- A column whose words are of several vocabularies says what any of them makes of it.
    meaning as (

        select table_name, column_name, value, coalesce(max(nullif(meaning, 'NONE')), max(meaning)) as meaning
        from {{ ref('stg_registry__word') }}
        group by table_name, column_name, value

    ),

    said as (

        select
            placed.*,
            {{ said_by_cell('placed.value', 'word', 'date') }} as said,
            {{ said_by_cell('placed.record_value', 'record_word', 'record_date') }} as record_said,
            coalesce(nullif(word.meaning, 'NONE'), {{ shown('placed.value') }}) as shown_value,
            coalesce(
                nullif(record_word.meaning, 'NONE'), {{ shown('placed.record_value') }}
            ) as shown_record_value
        from placed
        {% for cell, value in [('', 'value'), ('record_', 'record_value')] %}
            left join
                meaning as {{ cell }}word
                on placed.table_name = {{ cell }}word.table_name
                and placed.column_name = {{ cell }}word.column_name
                and md5(placed.{{ value }}) = {{ cell }}word.value
            left join
                {{ ref('stg_registry__date') }} as {{ cell }}date
                on placed.{{ value }} = {{ cell }}date.delivered
        {% endfor %}

    ),

    judged as (

        select
            *,
            min(case when has_parent = 'Y' then said end) over (
                partition by table_name, column_name, record_file, record_line
            ) as least_said,
            max(case when has_parent = 'Y' then said end) over (
                partition by table_name, column_name, record_file, record_line
            ) as most_said
        from said

    )

select distinct
    table_name,
    column_name,
    usubjid,
    case
        when has_parent = 'N'
        then 'NO PARENT'
        when record_said = said
        then 'SAME'
        when record_said is not null
        then 'DIFFERS'
        when least_said <> most_said
        then 'CONTRADICTED'
        else 'FILLS'
    end as outcome,
    case
        when id_variable = 'USUBJID' or table_name = 'dm'
        then 'the subject'
        else upper(table_name) || coalesce(' ' || {{ shown('id_value') }}, '')
    end as parent,
    shown_value,
    shown_record_value,
    case when has_parent = 'Y' then record_file end as record_file,
    case when has_parent = 'Y' then record_line end as record_line,
    _file,
    _line
from judged
