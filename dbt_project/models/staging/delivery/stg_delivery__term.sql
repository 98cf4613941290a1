{{ config(materialized='table') }}
{%- set seeds = [
    'term_flag', 'term_arm', 'term_disposition', 'term_history', 'term_onset_site', 'term_procedure',
    'term_code', 'term_medication', 'term_measurement', 'term_unit', 'term_adverse_event',
] -%}
-- Every word that has a meaning. The lowest rank wins: what the site taught for the very column, then the
-- lists
-- of the column's own vocabulary, then both for the vocabulary it falls back on (an arm may be named like the
-- product). A site that names its product replaces the product the package ships, with all its spellings.
with
    listed as (
        {% for seed in seeds %}
            select vocabulary, {{ seed_term('term') }} as normalised, meaning, list
            from {{ ref(seed) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    named as (select normalised from {{ source('delivery', 'site_term') }} where vocabulary = 'product_name'),

    own as (

        select listed.vocabulary, listed.normalised, listed.meaning, listed.list
        from listed
        cross join (select count(*) as n_name from named) as site
        where site.n_name = 0 or listed.meaning <> 'STUDY PRODUCT' or listed.vocabulary <> 'product'
        union all
        select
            cast('product' as string) as vocabulary,
            normalised,
            cast('STUDY PRODUCT' as string) as meaning,
            cast('terms.csv' as string) as list
        from named

    ),

    taught as (

        select domain, variable, vocabulary, normalised, meaning
        from {{ source('delivery', 'site_term') }}
        where vocabulary <> 'product_name'

    )

select domain, variable, vocabulary, normalised, meaning, cast('terms.csv' as string) as list, 0 as rank
from taught
union all
select cast(null as string), cast(null as string), vocabulary, normalised, meaning, list, 1
from own
union all
select
    cast(null as string),
    cast(null as string),
    vocabulary.vocabulary,
    taught.normalised,
    taught.meaning,
    'terms.csv',
    2
from taught
inner join {{ ref('vocabulary') }} as vocabulary on taught.vocabulary = vocabulary.falls_back_on
where taught.meaning <> 'NONE'
union all
select
    cast(null as string),
    cast(null as string),
    vocabulary.vocabulary,
    own.normalised,
    own.meaning,
    own.list,
    3
from own
inner join {{ ref('vocabulary') }} as vocabulary on own.vocabulary = vocabulary.falls_back_on
where own.meaning <> 'NONE'
