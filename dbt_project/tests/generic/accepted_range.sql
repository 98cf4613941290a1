{# Values, where there are any, lie between the bounds (bounds included unless `inclusive: false`). #}
{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
    {%- set eq = '=' if inclusive else '' %}
    select {{ column_name }}
    from {{ model }}
    where
        false
        {%- if min_value is not none %} or not {{ column_name }} >{{ eq }} {{ min_value }} {%- endif %}
        {%- if max_value is not none %} or not {{ column_name }} <{{ eq }} {{ max_value }} {%- endif %}
{% endtest %}
