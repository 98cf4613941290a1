-- PARAMCD and PARAM go together one to one; a code has at most 8 characters, a parameter at most 200.
{% for table in ['adqs', 'adtte'] -%}
    select '{{ table }}' as table_name, PARAMCD as parameter
    from {{ ref(table) }}
    group by PARAMCD
    having count(distinct PARAM) > 1 or length(PARAMCD) > 8
    union all
    select '{{ table }}' as table_name, PARAM as parameter
    from {{ ref(table) }}
    group by PARAM
    having count(distinct PARAMCD) > 1 or length(PARAM) > 200
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
