-- PARAMCD and PARAM go together one to one; a code has at most 8 characters, a parameter at most 200.
{% for table in ['adqs', 'adtte'] -%}
    select '{{ table }}' as table_name, paramcd as parameter
    from {{ ref(table) }}
    group by paramcd
    having count(distinct param) > 1 or length(paramcd) > 8
    union all
    select '{{ table }}' as table_name, param as parameter
    from {{ ref(table) }}
    group by param
    having count(distinct paramcd) > 1 or length(param) > 200
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
