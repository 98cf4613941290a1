-- A variable X and its number XN go together one to one, and the number is never there without the text.
{% set pairs = [
    ('adsl', 'TRT01P', 'TRT01PN'), ('adsl', 'TRT01A', 'TRT01AN'), ('adae', 'TRT01A', 'TRT01AN'),
    ('adae', 'AESEV', 'AESEVN'),
] %}
{% for table, text, number in pairs -%}
    select '{{ table }}' as table_name, '{{ number }}' as column_name
    from {{ ref(table) }}
    group by {{ number }}
    having count(distinct {{ text }}) > 1 or ({{ number }} is not null and count({{ text }}) < count(*))
    union all
    select '{{ table }}' as table_name, '{{ text }}' as column_name
    from {{ ref(table) }}
    where {{ text }} is not null
    group by {{ text }}
    having count(distinct {{ number }}) > 1
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
