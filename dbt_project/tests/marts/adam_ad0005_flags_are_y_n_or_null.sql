-- ADaM rule AD0005: a variable ending in FL is Y, N or null; the population flags FASFL and SAFFL
-- are never null.
{%- set flags = {
    'adsl': ['SAFFL', 'FASFL', 'SCRFFL', 'FVCPPDFL', 'DTHFL', 'DTHUNDFL', 'WDRQFL'],
    'adqs': ['ABLFL'],
    'adae': ['TRTEMFL', 'TREM2FL', 'AEFATFL', 'AOCCFL', 'AOCCSFL', 'AOCCPFL', 'SAFFL'],
} %}
{% for table, columns in flags.items() -%}
    {%- set outer = loop -%}
    select '{{ table }}' as table_name
    from {{ ref(table) }}
    where
        {% for column in columns -%}
            {{ column }} not in ('Y', 'N')
            {% if column in ['SAFFL', 'FASFL'] %} or {{ column }} is null{% endif %}
            {{ 'or ' if not loop.last }}
        {%- endfor %}
    {% if not outer.last %}
        union all
    {% endif %}
{% endfor %}
