{%- set models = [
    'dq_proact__adverse_event', 'dq_proact__als_history', 'dq_proact__alsfrs', 'dq_proact__day', 'dq_proact__death',
    'dq_proact__demographics', 'dq_proact__laboratory', 'dq_proact__treatment', 'dq_proact__uncastable',
    'dq_proact__vital_capacity', 'dq_proact__vital_signs', 'dq_proact__word',
    'dq_registry__cells', 'dq_registry__rejected', 'dq_registry__timeline', 'dq_registry__records',
    'dq_registry__clinical', 'dq_registry__subject', 'dq_registry__word', 'dq_registry__qualifier',
] -%}
{%- for model in models %}
    select
        cast(query_id as string) as query_id,
        cast(source as string) as source,
        cast(usubjid as string) as usubjid,
        cast(table_name as string) as table_name,
        cast(column_name as string) as column_name,
        cast(rule as string) as rule,
        cast(found as string) as found,
        cast(expected as string) as expected,
        cast(source_file as string) as source_file,
        cast(source_line as bigint) as source_line
    from {{ ref(model) }}
    {% if not loop.last %}
        union all
    {% endif %}
{%- endfor %}
