{# A column of a seed with blank cells has them as nulls: it is not without one, nor does a cell hold the word for it. #}
{% test blank_cells_are_null(model, column_name) %}
    select count(*) as n_row
    from {{ model }}
    having
        count(*) = count({{ column_name }})
        or max(case when {{ column_name }} in ('', 'None') then 1 else 0 end) = 1
{% endtest %}
