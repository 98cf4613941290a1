{%- set models = [
    'dq_registry__cells', 'dq_registry__rejected', 'dq_registry__timeline', 'dq_registry__records',
    'dq_registry__clinical',
] -%}
{%- for model in models %}
select
    query_id, source, usubjid, table_name, column_name, rule, found, expected, source_file, source_line
from {{ ref(model) }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
