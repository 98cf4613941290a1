{%- set domains = [
    ('MH', 'mh', 'decod', 'term', 'start_date', 'end_date', 'location', 'subcategory',
        "coalesce(occurrence, 'Y') <> 'N' and coalesce(status, '') <> 'NOT DONE'"),
    ('PR', 'pr', 'decod', 'term', 'start_date', 'end_date', 'null', 'null', "coalesce(occurrence, 'Y') <> 'N'"),
    ('CM', 'cm', 'decod', 'term', 'start_date', 'end_date', 'null', 'null',
        "coalesce(occurrence, 'Y') <> 'N' and coalesce(status, '') <> 'NOT DONE'"),
    ('DS', 'ds', 'decod', 'term', 'start_date', 'null', 'null', 'null', '1 = 1'),
    ('EX', 'ex', 'null', 'upper(treatment)', 'start_date', 'null', 'null', 'null',
        "coalesce(occurrence, 'Y') <> 'N' and coalesce(dose, 1) > 0"),
    ('FA', 'fa', 'test_code', 'null', 'collected_date', 'null', 'null', 'upper(coalesce(result_text, result_collected))',
        "coalesce(status, '') <> 'NOT DONE'"),
] -%}
with
    records as (
        {% for domain, table, decod, term, start, end, location, detail, condition in domains %}
            select
                cast('{{ domain }}' as string) as domain,
                usubjid,
                seq,
                cast({{ decod }} as string) as decod,
                cast({{ term }} as string) as term,
                {{ start }} as start_date,
                {{ start }}_flag as start_date_flag,
                {% if end == 'null' %} cast(null as date)
                {% else %} {{ end }}
                {% endif %} as end_date,
                cast({{ location }} as string) as location,
                cast({{ detail }} as string) as detail,
                _file,
                _line
            from {{ ref('stg_registry__' ~ table) }}
            where {{ condition }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    terms as (select distinct domain, decod, term from records),

    matched as (

        select
            terms.domain,
            terms.decod,
            terms.term,
            map.fact,
            map.proves_life,
            row_number() over (
                partition by terms.domain, terms.decod, terms.term
                order by
                    case when terms.decod like upper(map.pattern) then 0 else 1 end, map.fact, map.pattern
            ) as choice
        from terms
        inner join
            {{ ref('registry_term') }} as map
            on terms.domain = map.domain
            and (terms.decod like upper(map.pattern) or terms.term like upper(map.pattern))

    )

select
    matched.fact,
    records.domain,
    records.usubjid,
    records.seq,
    records.start_date,
    records.start_date_flag,
    records.end_date,
    records.location,
    records.detail,
    matched.proves_life,
    records._file,
    records._line
from records
inner join
    matched
    on records.domain = matched.domain
    and coalesce(records.decod, '') = coalesce(matched.decod, '')
    and coalesce(records.term, '') = coalesce(matched.term, '')
    and matched.choice = 1
