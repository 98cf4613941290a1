{#- domain, table, term by which the fact is known, start, end, location, detail, whether it happened -#}
{%- set domains = [
    ('MH', 'mh', 'start_date', 'end_date', 'location', 'subcategory',
        happened(not_done='null', prespecified='case when start_date is null then prespecified end')),
    ('PR', 'pr', 'start_date', 'end_date', none, none, happened(prespecified='prespecified')),
    ('CM', 'cm', 'start_date', 'end_date', none, none, happened(not_done='null', prespecified='prespecified')),
    ('DS', 'ds', 'start_date', none, none, none, "'Y'"),
] -%}
{%- set dated_or_placed = "'ONSET SITE', 'ONSET DATE', 'DIAGNOSIS DATE'" -%}
{#- With a record an epoch, what ends one that others follow does not end the study. Of the person, not of the epoch, are these. -#}
{%- set ends_an_epoch = "(domain = 'DS' and word not in ('NONE', 'DEATH', 'WITHDRAWAL', 'LOSS TO FOLLOW-UP', 'SCREEN FAILURE',"
    ~ " 'CONSENT', 'LAST CONTACT', 'ONGOING'))" -%}
-- Records that state a fact, or may. The decode leads; the verbatim counts only where the decode is blank,
-- and where
-- the decode names the disease alone and the verbatim says which of its dates this is. `fact` is what the
-- words say
-- for certain of a record that took place; `possible_fact` is what a record may state whose word, or whose
-- answer to
-- "did it take place", nobody knows: it is never used as a fact, and where it matters the fact is not known.
with
    -- A finding states a fact of the disease where it is about the disease; without an object it is, as an
    -- item of history is. The category of El Escorial can be about nothing else.
    finding as (

        select
            stg.*,
            case
                when
                    stg.object_filled is null
                    or stg.finding = 'EL ESCORIAL'
                    or stg.object in ('ALS', 'SYMPTOM ONSET', 'DIAGNOSIS', 'FAMILY HISTORY')
                then 'Y'
                when stg.object is not null
                then 'N'
            end as is_about_als,
            {% for name, result in [('category', 'result'), ('site', 'site'), ('answer', 'answer')] %}
                {% for part in ['', '_unknown'] %}
                    case
                        when stg.result_text_filled = 'Y'
                        then stg.{{ result }}_text{{ part }}
                        else stg.{{ result }}_collected{{ part }}
                    end as {{ name }}{{ part }}{{ ',' if not (loop.last and name == 'answer') }}
                {% endfor %}
            {% endfor %}
        from
            (
                select *, coalesce(nullif(test_code, 'NONE'), test) as finding
                from {{ ref('stg_registry__fa') }}
            ) as stg

    ),

    coded as (
        {% for domain, table, start, end, location, detail, took_place in domains %}
            select
                cast('{{ domain }}' as string) as domain,
                usubjid,
                seq,
                case
                    when decod = 'ALS' and term in ('SYMPTOM ONSET', 'DIAGNOSIS')
                    then term
                    when decod_filled = 'Y'
                    then decod
                    else term
                end as word,
                case when decod_filled = 'Y' then decod_possible else term_possible end as possible_word,
                {{ took_place }} as took_place,
                {{ start }} as start_date,
                {{ start }}_latest as start_date_latest,
                {{ start }}_flag as start_date_flag,
                {{ start }}_after_cut as start_date_after_cut,
                {% if end %} {{ end }}, {{ end }}_latest, {{ end }}_flag,
                {% else %}
                    cast(null as date) as end_date,
                    cast(null as date) as end_date_latest,
                    cast(null as string) as end_date_flag,
                {% endif %}
                {% if location %} {{ location }} as location, {{ location }}_unknown as location_unknown,
                {% else %} cast(null as string) as location, cast(null as string) as location_unknown,
                {% endif %}
                {% if detail %} {{ detail }} as detail, {{ detail }}_unknown as detail_unknown,
                {% else %} cast(null as string) as detail, cast(null as string) as detail_unknown,
                {% endif %}
                {% if table == 'mh' %} date_type
                {% else %} cast(null as string)
                {% endif %} as date_type,
                {% if table == 'ds' %} scope
                {% else %} cast(null as string)
                {% endif %} as scope,
                {% if table == 'ds' %}
                    case when scope is null then epoch end as epoch,
                    case when scope is null then epoch_unknown end as epoch_unknown,
                {% else %} cast(null as string) as epoch, cast(null as string) as epoch_unknown,
                {% endif %}
                {% if table == 'ds' %} category
                {% else %} cast(null as string)
                {% endif %} as category,
                cast(null as date) as collected_date,
                _file,
                _line
            from {{ ref('stg_registry__' ~ table) }}
            union all
        {% endfor %}
        select
            cast('EX' as string),
            usubjid,
            seq,
            product,
            product_possible,
            {{ was_given() }},
            start_date,
            start_date_latest,
            start_date_flag,
            start_date_after_cut,
            end_date,
            end_date_latest,
            end_date_flag,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            _file,
            _line
        from {{ ref('stg_registry__ex') }}
        union all
        select
            cast('FA' as string),
            usubjid,
            seq,
            {{ fact_of_finding('finding') }},
            {{ fact_of_finding('coalesce(test_code_possible, test_possible)') }},
            case
                when is_about_als = 'N'
                then 'N'
                when is_about_als is null
                then null
                when status = 'NOT DONE'
                then case when finding <> 'FAMILY HISTORY' then 'N' end
                when finding = 'FAMILY HISTORY'
                then case when answer in ('Y', 'N') then answer end
                when finding in ({{ dated_or_placed }}) and result_shown is null
                then 'N'
                when status_unknown is null
                then 'Y'
            end,
            {% for part in ['', '_latest', '_flag'] %}
                case
                    when finding in ('ONSET DATE', 'DIAGNOSIS DATE')
                    then result_date{{ part }}
                    when coalesce(finding, '') not in ('ONSET SITE', 'FAMILY HISTORY')
                    then collected_date{{ part }}
                end,
            {% endfor %}
            case when finding = 'EL ESCORIAL' then collected_date_after_cut end,
            null,
            null,
            null,
            case when finding = 'ONSET SITE' then site end,
            case when finding = 'ONSET SITE' then site_unknown end,
            case when coalesce(finding, 'EL ESCORIAL') = 'EL ESCORIAL' then category end,
            case when coalesce(finding, 'EL ESCORIAL') = 'EL ESCORIAL' then category_unknown end,
            null,
            null,
            null,
            null,
            null,
            collected_date,
            _file,
            _line
        from finding

    ),

    stated as (

        select
            *,
            case
                when word = 'NONE'
                then null
                when domain = 'EX' and word = 'STUDY PRODUCT'
                then 'INJECTION'
                when domain = 'MH' and word = 'ALS'
                then date_type
                when domain = 'DS' and scope = 'STUDY TREATMENT' and word <> 'DEATH'
                then 'END OF TREATMENT'
                when {{ ends_an_epoch }} and (scope = 'SCREENING' or epoch = 'EARLIER')
                then 'END OF EPOCH'
                when {{ ends_an_epoch }} and epoch_unknown is not null
                then null
                else word
            end as stated_fact,
            -- A record of the disease that does not say which of its dates it gives may be either.
            case
                when domain = 'EX' and word is null
                then 'INJECTION'
                when {{ ends_an_epoch }} and epoch_unknown is not null
                then 'END OF EPOCH'
                when word = 'ALS' and date_type is null
                then 'DIAGNOSIS'
                when word is null
                then possible_word
            end as unread_fact
        from coded

    ),

    -- A disposition after the cut had not happened at the cut; all it says of the cut is whether the subject
    -- was alive.
    at_cut as (

        select
            stated.*,
            case
                when
                    stated.domain = 'DS'
                    and stated.start_date_after_cut = 'Y'
                    and stated.stated_fact <> 'DEATH'
                then 'Y'
                else 'N'
            end as is_later,
            cut.data_cut,
            coalesce(disposition.proves_life, 'N') as proves_life
        from stated
        left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1
        left join
            {{ ref('disposition_fact') }} as disposition
            on stated.domain = 'DS'
            and stated.stated_fact = disposition.fact

    )

select
    case when is_later = 'Y' then 'LAST CONTACT' when took_place = 'Y' then stated_fact end as fact,
    case
        when took_place = 'Y' and stated_fact is null
        then unread_fact
        when took_place is null
        then coalesce(stated_fact, unread_fact)
    end as possible_fact,
    domain,
    usubjid,
    seq,
    case when is_later = 'Y' then data_cut else start_date end as start_date,
    case when is_later = 'Y' then data_cut else start_date_latest end as start_date_latest,
    start_date_flag,
    end_date,
    end_date_latest,
    end_date_flag,
    location,
    location_unknown,
    nullif(detail, 'NONE') as detail,
    detail_unknown,
    category,
    proves_life,
    collected_date,
    _file,
    _line
from at_cut
where
    coalesce(took_place, 'Y') = 'Y'
    and coalesce(stated_fact, unread_fact) is not null
    and (is_later = 'N' or proves_life = 'Y')
