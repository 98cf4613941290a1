{%- set proact = [
    'adverseevents', 'alsfrs', 'alshistory', 'conmeds', 'deathdata', 'demographics', 'elescorial', 'familyhistory',
    'fvc', 'handgripstrength', 'labs', 'musclestrength', 'neurofilament', 'riluzole', 'svc', 'treatment', 'vitalsigns',
] -%}
{%- set registry = [
    'dm', 'ex', 'ae', 'ds', 'mh', 'cm', 'qs', 're', 'fa', 'pr', 'vs', 'supp', 'withdrawals',
] -%}
with
    rejected as (
        {% for table in proact %}
            select *
            from {{ ref('rej_proact__' ~ table) }}
            union all
        {% endfor %}
        {% for table in registry %}
            select *
            from {{ ref('rej_registry__' ~ table) }}
            union all
        {% endfor %}
        select
            upper(source) as source,
            lower(table_name) as table_name,
            _file,
            _line,
            cast(null as string) as column_name,
            rule,
            reason
        from {{ source('delivery', 'decode_reject') }}

    )

select
    cast(source as string) as source,
    cast(table_name as string) as table_name,
    cast(_file as string) as source_file,
    cast(_line as bigint) as source_line,
    cast(column_name as string) as column_name,
    cast(rule as string) as rule,
    cast(reason as string) as reason
from rejected
