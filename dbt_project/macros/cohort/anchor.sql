{# The days at which covariates are taken: day 0 of everybody, and the harvest where there is one. One row per subject and
   anchor. #}
{% macro anchors(source) -%}
    select usubjid, cast('BASELINE' as string) as anchor, cast(0 as int) as anchor_day
    from {{ ref('int_' ~ source ~ '__subject') }}
    {% if source == 'registry' %}
        union all
        select usubjid, cast('HARVEST' as string) as anchor, harvest_day as anchor_day
        from {{ ref('int_registry__subject') }}
        where harvest_day is not null
    {% endif %}
{%- endmacro %}
