{# Whether two rows are about one delivered word. #}
{% macro same_word(one, other) -%}
    {%- for column in ['source', 'table_name', 'column_name', 'vocabulary', 'value'] -%}
        {{ one }}.{{ column }} = {{ other }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# What every delivered word of a source means. Three outcomes. A whole word of a list has its meaning (NONE: it is known to be
   none of the facts). Of what is left of a word without doses, forms and negatives the same holds, the negatives deciding what
   becomes of the meaning; beside a question mark, or a negative that may be of something else, it is not known. Of
   dispositions, only a death can be somebody else's. A word of an open vocabulary that holds no fact and no stem of one is none
   of them. Anything else is not known. #}
{% macro meanings(source_name) -%}
    with
        matched as (

            select
                word.source,
                word.table_name,
                word.column_name,
                word.vocabulary,
                word.value,
                word.part,
                case
                    when word.normalised = term.normalised or word.core_meaning is null
                    then term.meaning
                    when
                        word.core_meaning = '?'
                        or (word.vocabulary = 'disposition' and term.meaning not in ('DEATH', 'NONE'))
                    then null
                    when term.meaning = 'NONE'
                    then 'NONE'
                    else word.core_meaning
                end as meaning,
                term.meaning as possible_meaning,
                term.list,
                row_number() over (
                    partition by
                        word.source, word.table_name, word.column_name, word.vocabulary, word.value, word.part
                    order by
                        case when word.normalised = term.normalised then 0 else 1 end,
                        term.rank nulls last,
                        term.meaning nulls last,
                        term.list nulls last
                ) as choice
            from {{ source('delivery', source_name ~ '_delivered_word') }} as word
            inner join
                {{ ref('stg_delivery__term') }} as term
                on word.vocabulary = term.vocabulary
                and (word.normalised = term.normalised or word.core = term.normalised)
                and (
                    term.domain is null
                    or (upper(word.table_name) = term.domain and word.column_name = term.variable)
                )

        ),

        -- A cell that lists several words: each part stands by itself; one fact among them is the cell's, two
        -- sites of
        -- onset are both, two other facts are not one.
        listed as (

            select
                part.source,
                part.table_name,
                part.column_name,
                part.vocabulary,
                part.value,
                count(distinct nullif(matched.meaning, 'NONE')) as n_fact,
                min(nullif(matched.meaning, 'NONE')) as meaning,
                {{ combined_onset_site('matched.meaning') }} as site,
                min(matched.list) as list,
                sum(
                    case
                        when
                            matched.meaning is null
                            and (
                                vocabulary.is_open = 'N'
                                or stem.stem is not null
                                or matched.possible_meaning is not null
                            )
                        then 1
                        else 0
                    end
                ) as n_unknown
            from {{ source('delivery', source_name ~ '_delivered_word') }} as part
            inner join {{ ref('vocabulary') }} as vocabulary on part.vocabulary = vocabulary.vocabulary
            left join
                matched
                on {{ same_word('part', 'matched') }}
                and part.part = matched.part
                and matched.choice = 1
            left join
                {{ ref('term_stem') }} as stem
                on part.vocabulary = stem.vocabulary
                and replace(part.normalised, ' ', '') like '%' || stem.stem || '%'
            where part.part > 0
            group by part.source, part.table_name, part.column_name, part.vocabulary, part.value

        ),

        stemmed as (

            select
                word.source,
                word.table_name,
                word.column_name,
                word.vocabulary,
                word.value,
                -- Stems of two facts: it may be either.
                case when count(distinct stem.fact) = 1 then min(stem.fact) else 'ANY' end as fact
            from {{ source('delivery', source_name ~ '_delivered_word') }} as word
            inner join
                {{ ref('term_stem') }} as stem
                on word.vocabulary = stem.vocabulary
                and replace(word.normalised, ' ', '') like '%' || stem.stem || '%'
            where word.part = 0
            group by word.source, word.table_name, word.column_name, word.vocabulary, word.value

        ),

        judged as (

            select
                word.*,
                case
                    when matched.meaning is not null
                    then matched.meaning
                    when listed.n_unknown = 0 and listed.n_fact > 0 and word.vocabulary = 'onset_site'
                    then listed.site
                    when listed.n_unknown = 0 and listed.n_fact = 1
                    then listed.meaning
                    when listed.n_unknown = 0 and listed.n_fact = 2 and word.vocabulary = 'medication'
                    then 'BOTH'
                    when
                        vocabulary.is_open = 'Y' and stemmed.fact is null and matched.possible_meaning is null
                    then 'NONE'
                end as meaning,
                coalesce(matched.list, listed.list) as list,
                coalesce(
                    stemmed.fact,
                    case when vocabulary.is_open = 'Y' then nullif(matched.possible_meaning, 'NONE') end
                ) as stem_fact
            from {{ source('delivery', source_name ~ '_delivered_word') }} as word
            inner join {{ ref('vocabulary') }} as vocabulary on word.vocabulary = vocabulary.vocabulary
            left join
                matched on {{ same_word('word', 'matched') }} and matched.part = 0 and matched.choice = 1
            left join listed on {{ same_word('word', 'listed') }}
            left join stemmed on {{ same_word('word', 'stemmed') }}
            where word.part = 0

        )

    select
        source,
        table_name,
        column_name,
        vocabulary,
        is_free_text,
        value,
        normalised,
        meaning,
        case when meaning is not null then list end as list,
        case when meaning is null then coalesce(stem_fact, 'ANY') end as possible_meaning,
        case when meaning is null then 'N' else 'Y' end as is_known,
        n_record,
        n_subject
    from judged
{%- endmacro %}
