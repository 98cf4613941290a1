{# A check that saw no rows is a failure. Tables marked `may_be_empty` set severity: warn. #}
{% test has_rows(model) %}
    select n_row from (select count(*) as n_row from {{ model }}) as counted where n_row = 0
{% endtest %}
