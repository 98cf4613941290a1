{# The columns together name one row. #}
{% test unique_combination(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as n_row
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
