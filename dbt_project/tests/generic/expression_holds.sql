{# The expression is true of every row (null counts as not true; write `coalesce` where null is allowed). #}
{% test expression_holds(model, expression) %}
    select * from {{ model }} where not coalesce({{ expression }}, false)
{% endtest %}
