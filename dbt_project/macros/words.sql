{# A term of a seed in the normal form of delivered words. The seeds hold nothing else that would need NFKC. #}
{% macro seed_term(term) -%} replace(replace({{ capitals(term) }}, '-', ' '), '_', ' ') {%- endmacro %}


{# The meaning of the words of one delivered column, to be joined by the value as delivered; in the registry, where a value
   may be somebody's name, by its md5. A column of several vocabularies is read in the one that is named. #}
{% macro words_of(source, table_name, column_name, vocabulary=none) -%}
    (
        select value, normalised, meaning, list, possible_meaning, is_known
        from {{ ref('stg_' ~ source ~ '__word') }}
        where
            table_name = '{{ table_name }}' and column_name = '{{ column_name }}'
            {%- if vocabulary %} and vocabulary = '{{ vocabulary }}' {%- endif %}
    )
{%- endmacro %}


{# Whether an item took place: Y, N, or null where the words do not say. A blank says it did, as SDTM has it: only
   prespecified items are answered with no. So a blank of one that is `prespecified` (Y) is not answered. `not_done` is what NOT DONE means: N for an act (EX, PR), null for a
   question that was not asked (CM, MH). #}
{% macro happened(occurrence='occurrence', status='status', not_done="'N'", prespecified='null') -%}
    case
        when {{ occurrence }} = 'N'
        then 'N'
        when {{ status }} = 'NOT DONE'
        then {{ not_done }}
        when
            {{ occurrence }} in ('U', 'NA')
            or {{ occurrence }}_unknown is not null
            or {{ status }}_unknown is not null
            or ({{ prespecified }} = 'Y' and {{ occurrence }} is null and {{ status }} is null)
        then null
        else 'Y'
    end
{%- endmacro %}


{# Whether an administration was given: no dose of nought is. A dose that is no number may be one (NOT GIVEN), as a dose in
   words that nobody knows. #}
{% macro was_given() -%}
    case
        when dose <= 0 or dose_text = 'NOT DONE'
        then 'N'
        when {{ happened() }} = 'Y' and (dose_unusable = 'Y' or dose_text_unknown is not null)
        then null
        else {{ happened() }}
    end
{%- endmacro %}


{# The fact of the history that a finding states: its place and its date are of the onset. #}
{% macro fact_of_finding(finding) -%}
    case
        {{ finding }}
        when 'ONSET SITE'
        then 'SYMPTOM ONSET'
        when 'ONSET DATE'
        then 'SYMPTOM ONSET'
        when 'DIAGNOSIS DATE'
        then 'DIAGNOSIS'
        else {{ finding }}
    end
{%- endmacro %}


{# Of a subject's records: Y where one states the fact, ? where one may, else null. #}
{% macro stated_or_possible(fact) -%}
    case
        when max(case when fact in ('{{ fact }}', 'BOTH') then 1 else 0 end) = 1
        then 'Y'
        when max(case when possible_fact in ('{{ fact }}', 'BOTH') then 1 else 0 end) = 1
        then '?'
    end
{%- endmacro %}


{# What a text looks like, for the `found` of a data query: its length, never the text. #}
{% macro shape_of(text) -%} 'text of ' || cast(length({{ text }}) as string) || ' characters' {%- endmacro %}


{# What the `found` of a data query shows of a delivered text: a number or a date as it is, of anything else the shape.
   A number of more than six digits may be a telephone or an identity number, and is not shown either. #}
{% macro shown(text) -%}
    {%- set number = '[-+]?[0-9]{1,6}([.][0-9]{0,6})?' -%}
    {%- set clock = '([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?' -%}
    {%- set year_first = '(19|20)[0-9]{2}([-./][0-9]{1,2}){1,2}' ~ clock -%}
    {%- set year_last = '[0-3]?[0-9][-./][0-3]?[0-9][-./](19|20)?[0-9]{2}' ~ clock -%}
    case
        when {{ matches(text, number) }} or {{ matches(text, year_first) }} or {{ matches(text, year_last) }}
        then {{ text }}
        else {{ shape_of(text) }}
    end
{%- endmacro %}


{# The same of an age or a year of birth, which has three digits at most: what has more may be a date of birth. #}
{% macro shown_age(text) -%}
    case when {{ matches(text, '[0-9]{1,3}([.][0-9]{0,2})?') }} then {{ text }} else {{ shape_of(text) }} end
{%- endmacro %}


{# What is shown of a delivered column of the registry. #}
{% macro shown_cell(column) -%}
    {%- if column in ['AGE', 'BRTHDTC'] -%} {{ shown_age(column) }}
    {%- else -%} {{ shown(column) }}
    {%- endif -%}
{%- endmacro %}


{# The words that nobody knows as they may be shown, out of a relation with a row a record: (table_name, column_name, word,
   usubjid, _file, _line). A word that at least `small_cell` subjects carry is shown, unless its column is free text; all
   others of a column stand together, by number. #}
{% macro asked_words(relation, source) -%}
    with
        carried as (

            select
                found.table_name,
                found.column_name,
                found.word,
                count(*) as n_record,
                count(distinct found.usubjid) as n_subject,
                min(found._file) as _file,
                min(found._line) as _line
            from {{ relation }} as found
            group by found.table_name, found.column_name, found.word

        ),

        free_text as (

            select distinct table_name, column_name
            from {{ ref('stg_' ~ source ~ '__word') }}
            where is_free_text = 'Y'

        ),

        shown as (

            select
                carried.*,
                case
                    when free_text.column_name is null and carried.n_subject >= {{ var('small_cell') }}
                    then carried.word
                end as shown_word
            from carried
            left join
                free_text
                on carried.table_name = free_text.table_name
                and carried.column_name = free_text.column_name

        )

    select
        cast('{{ source | upper }}' as string) as source,
        cast(table_name as string) as table_name,
        cast(column_name as string) as column_name,
        cast(shown_word as string) as shown_word,
        count(*) as n_word,
        cast(sum(n_record) as bigint) as n_record,
        min(_file) as _file,
        min(_line) as _line
    from shown
    group by table_name, column_name, shown_word
{%- endmacro %}


{# The data queries of those words: one query a word or column, whatever the number of records. #}
{% macro word_queries(relation, source) -%}
    with
        finding as (

            select
                cast(null as string) as usubjid,
                table_name,
                column_name,
                cast('word_unknown' as string) as rule,
                shown_word as found,
                'a meaning: '
                || cast(n_record as string)
                || ' records of '
                || case
                    when shown_word is null then cast(n_word as string) || ' words not shown' else 'this word'
                end
                || '; teach it in landing/registry/terms.csv (vigil terms --unknown prints the words)'
                as expected,
                _file,
                _line
            from {{ relation }}

        )

        {{ data_queries('finding', source) }}
{%- endmacro %}


{# A delivered text in capitals. Of one letter there are two opinions: two small ones, or a large one. #}
{% macro capitals(text) -%} {{ return(adapter.dispatch('capitals', 'vigil')(text)) }} {%- endmacro %}

{% macro default__capitals(text) -%} upper({{ text }}) {%- endmacro %}

{% macro spark__capitals(text) -%} upper(replace({{ text }}, 'ß', 'ẞ')) {%- endmacro %}
