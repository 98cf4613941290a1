{# A check that saw no rows is a failure. Whether delivered tables have any is told in `quality.record_count`. #}
{% test has_rows(model) %}
    select n_row from (select count(*) as n_row from {{ model }}) as counted where n_row = 0
{% endtest %}
