{# What a data manager is asked about one source. One row per query. #}
{% macro data_query(source_name) -%}
    {%- set models = {
    'proact': [
        'adverse_event', 'als_history', 'alsfrs', 'day', 'death', 'demographics', 'laboratory', 'treatment', 'uncastable',
        'vital_capacity', 'vital_signs', 'word',
    ],
    'registry': ['cells', 'rejected', 'timeline', 'records', 'clinical', 'subject', 'word', 'qualifier'],
}[source_name] -%}
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
        from {{ ref('dq_' ~ source_name ~ '__' ~ model) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
{%- endmacro %}
