{# Every delivered record of one SDTM domain, with its qualifiers, cast by a list of (name, type, delivered column[, low, high]); type is
   text, code (upper case), int, double, date, any_date, term, fact, listed, listed_code, only, fallback, version, filled, number,
   result or unread. A listed
   cell stays as delivered (listed_code: in upper case) where its word is in a list, else it is null; an only cell
   where it is one of the words given, a fallback where the other column is blank, a version where it names a coding dictionary
   and its version; of a filled one only
   whether it says something is kept (Y), of a number or a result whether it is one; an unread one tells records
   apart and is not kept. Text is for identifiers, and for what no list could hold: terms of a dictionary, sites.
   A term gives its meaning (null for NONE and for a
   word nobody knows) and <name>_unknown, the normal form of such a word; a fact keeps NONE apart and gives <name>_filled (Y)
   and <name>_possible (what an unknown word may mean) as well. Of a column whose words are of several vocabularies both name the
   one they are read in behind the column. A date is its first possible day; <name>_latest is its last,
   not after the data cut, <name>_flag says what was imputed (ADaM), and <name>_after_cut is Y where it came in the year after
   the cut. A cell that cannot be cast, lies outside low..high,
   or is a date before 1900 (or before a bound of its own) or surely after the data cut becomes null and what may be shown of
   it is kept in `_uncastable` (column, chr(31), found, chr(30)); an any_date may come in the year after the cut: what happened
   then had not happened at the cut.

   Records are rejected, in this order: of a subject who asked for erasure; without USUBJID; of a subject DM does not
   have; a repetition of a record word for word; then by `rejections`, a list of (condition, column, rule, reason).
   `marks` adds (name, expression) to the delivered records for those conditions, `steps`, a list of such lists, to the cast
   ones, each step knowing the names of those before; `carry` names what stays; `joins` adds relations. #}
{% macro registry_typed_records(
    domain, columns, rejections=[], marks=[], steps=[], joins='', carry=[], known_subject=true, erasable=true
) -%}
    {%- set content = [] -%}
    {%- set worded = [] -%}
    {%- for column in columns -%}
        {%- do content.append('record.' ~ column[2]) -%}
        {%- if column[1] in ['term', 'fact', 'listed', 'listed_code'] and word_joined(column) not in worded | map('first') -%}
            {%- do worded.append((word_joined(column), column[2], column[3])) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set kept = columns | rejectattr(1, 'equalto', 'unread') | list -%}
    with
        delivered as (

            select
                record.*,
                cut.data_cut as _data_cut,
                {%- for column in columns if column[1] in ['term', 'fact'] %}
                    {{ word_joined(column) }}.meaning as {{ column[0] }}__meaning,
                    {{ word_joined(column) }}.possible_meaning as {{ column[0] }}__possible,
                    case
                        when {{ word_joined(column) }}.is_known = 'N'
                        then {{ word_joined(column) }}.normalised
                    end as {{ column[0] }}__unknown,
                {%- endfor %}
                {%- for column in columns if column[1] in ['listed', 'listed_code'] %}
                    case
                        when word_{{ column[2] }}.is_known = 'Y' and word_{{ column[2] }}.list is not null
                        then record.{{ column[2] }}
                    end as {{ column[0] }}__listed,
                {%- endfor %}
                {% if known_subject %} study.studyid as studyid__known, {% endif %}
                {% if erasable %} case when erased.usubjid is null then 'N' else 'Y' end
                {% else %} 'N'
                {% endif %} as _erased,
                {% if known_subject %} case when subject.usubjid is null then 'N' else 'Y' end
                {% else %} 'Y'
                {% endif %} as _known,
                {%- for name, expression in marks %} {{ expression }} as {{ name }}, {%- endfor %}
                {%- for column in columns if column[1] in ['date', 'any_date'] %}
                    {{ column[0] }}_read.earliest as _{{ column[0] }},
                    {{ column[0] }}_read.latest as _{{ column[0] }}_latest,
                    {{ column[0] }}_read.flag as _{{ column[0] }}_flag,
                {%- endfor %}
                row_number() over (
                    partition by {{ hash_key(content) }} order by record._file, record._line
                ) as _copy
            from {{ qualified_records(domain) }} as record
            left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1
            {%- for word, column, vocabulary in worded %}
                left join
                    {{ words_of('registry', domain, column, vocabulary) }} as {{ word }}
                    on md5(record.{{ column }}) = {{ word }}.value
            {%- endfor %}
            {%- if erasable %}
                left join
                    (
                        select distinct usubjid
                        from {{ ref('stg_registry__withdrawals') }}
                        where request = 'ERASE'
                    ) as erased
                    on record.USUBJID = erased.usubjid
            {%- endif %}
            {%- if known_subject %}
                left join {{ ref('stg_registry__dm') }} as subject on record.USUBJID = subject.usubjid
                left join
                    (select distinct studyid from {{ ref('stg_registry__dm') }}) as study
                    on record.STUDYID = study.studyid
            {%- endif %}
            {%- for column in columns if column[1] in ['date', 'any_date'] %}
                left join
                    {{ ref('stg_registry__date') }} as {{ column[0] }}_read
                    on record.{{ column[2] }} = {{ column[0] }}_read.delivered
                {%- endfor %} {{ joins }}

        ),

        cast_records as (

            select
                {%- for column in kept %}
                    {% if column[0] == 'studyid' and known_subject %} studyid__known
                    {% else %} {{ registry_cell(column) }}
                    {% endif %} as {{ column[0] }},
                    {%- if column[1] in ['date', 'any_date'] %}
                        case
                            when {{ registry_cell(column) }} is not null
                            then
                                {{ 'least(_' ~ column[0] ~ '_latest, coalesce(_data_cut, _' ~ column[0] ~ '_latest))' if column[1] == 'date' else '_' ~ column[0] ~ '_latest' }}
                        end as {{ column[0] }}_latest,
                        case
                            when {{ registry_cell(column) }} is not null then _{{ column[0] }}_flag
                        end as {{ column[0] }}_flag,
                        case
                            when
                                _{{ column[0] }} > _data_cut
                                and _{{ column[0] }} <= {{ last_told_day('_data_cut') }}
                            then 'Y'
                        end as {{ column[0] }}_after_cut,
                    {%- elif column[1] in ['term', 'fact'] %}
                        {{ column[0] }}__unknown as {{ column[0] }}_unknown,
                        {%- if column[1] == 'fact' %}
                            {{ column[0] }}__possible as {{ column[0] }}_possible,
                            case when {{ column[2] }} is not null then 'Y' end as {{ column[0] }}_filled,
                        {%- endif %}
                    {%- endif %}
                {%- endfor %}
                nullif(
                    {%- for column in columns if column[1] in ['int', 'double', 'date', 'any_date'] %}
                        case
                            when {{ column[2] }} is not null and {{ registry_cell(column) }} is null
                            then '{{ column[2] }}' || chr(31) || {{ shown_cell(column[2]) }} || chr(30)
                            else ''
                        end
                        ||
                    {%- endfor %}
                    '',
                    ''
                ) as _uncastable,
                {%- for name, expression in marks %} {{ name }}, {%- endfor %}
                _erased,
                _known,
                _copy,
                _file,
                _line
            from delivered

        )

        {%- for step in steps %}
            ,
            step_{{ loop.index }} as (

                select
                    *,
                    {% for name, expression in step %}
                        {{ expression }} as {{ name }}{{ ',' if not loop.last }}
                    {% endfor %}
                from {{ 'cast_records' if loop.first else 'step_' ~ (loop.index - 1) }}

            )
        {%- endfor %}

    select
        {%- for column in kept %}
            {{ column[0] }},
            {%- if column[1] in ['date', 'any_date'] %}
                {{ column[0] }}_latest, {{ column[0] }}_flag, {{ column[0] }}_after_cut,
            {%- elif column[1] == 'term' %} {{ column[0] }}_unknown,
            {%- elif column[1] == 'fact' %}
                {{ column[0] }}_unknown, {{ column[0] }}_possible, {{ column[0] }}_filled,
            {%- endif %}
        {%- endfor %}
        {%- for name in carry %} {{ name }}, {%- endfor %}
        _uncastable,
        _file,
        _line,
        {%- set every = [
        ("_erased = 'Y'", 'USUBJID', 'erasure_request', 'the subject asked for erasure; nothing of the record is used'),
        ('usubjid is null', 'USUBJID', 'key_missing', 'the record names no subject'),
        ("_known = 'N'", 'USUBJID', 'unknown_subject', 'the subject has no accepted record in DM'),
        ('_copy > 1', 'USUBJID', 'record_repeated', 'the same record is delivered more than once'),
    ] + rejections %}
        {%- for part in [1, 2, 3] %}
            cast(
                case
                    {%- for rejection in every %}
                        when {{ rejection[0] }} then '{{ rejection[part] }}'
                    {%- endfor %}
                end as string
            ) as {{ ['', '_reject_column', '_reject_rule', '_reject_reason'][part] }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ 'step_' ~ (steps | length) if steps else 'cast_records' }}
{%- endmacro %}


{# The relation of the words of a column, as the delivered records are joined with it. #}
{% macro word_joined(column) -%}
    {{ return('word_' ~ column[2] ~ ('_' ~ column[3] if column | length > 3 else '')) }}
{%- endmacro %}


{# One cell cast, or null where the value cannot be what the column says. #}
{% macro registry_cell(column) -%}
    {%- set type = column[1] -%}
    {%- if type == 'code' -%} {{ capitals('cast(' ~ column[2] ~ ' as string)') }}
    {%- elif type == 'term' -%} cast(nullif({{ column[0] }}__meaning, 'NONE') as string)
    {%- elif type == 'fact' -%} cast({{ column[0] }}__meaning as string)
    {%- elif type == 'listed' -%} cast({{ column[0] }}__listed as string)
    {%- elif type == 'listed_code' -%} {{ capitals('cast(' ~ column[0] ~ '__listed as string)') }}
    {%- elif type == 'filled' -%} cast(case when {{ is_filled(column[2]) }} then 'Y' end as string)
    {%- elif type == 'fallback' -%} cast(case when {{ column[3] }} is null then {{ column[2] }} end as string)
    {%- elif type == 'only' -%}
        cast(
            case
                when upper({{ column[2] }}) in ('{{ column[3:] | join("', '") }}') then upper({{ column[2] }})
            end as string
        )
    {%- elif type == 'version' -%}
        cast(case when {{ is_dictionary_version(column[2]) }} then {{ column[2] }} end as string)
    {%- elif type == 'number' -%} cast(case when {{ is_number(column[2]) }} then 'Y' end as string)
    {%- elif type == 'result' -%} cast(case when {{ is_result(column[2]) }} then 'Y' end as string)
    {%- elif type == 'date' -%}
        {%- set first = column[3] or '1900-01-01' -%}
        case
            when
                _{{ column[0] }} >= cast('{{ first }}' as date)
                and (_{{ column[0] }} <= _data_cut or _data_cut is null)
            then _{{ column[0] }}
        end
    {%- elif type == 'any_date' -%}
        case
            when
                _{{ column[0] }} >= cast('1900-01-01' as date)
                and (_{{ column[0] }} <= {{ last_told_day('_data_cut') }} or _data_cut is null)
            then _{{ column[0] }}
        end
    {%- elif column | length > 3 -%}
        case
            when {{ cast_cell(column[2], type) }} between {{ column[3] }} and {{ column[4] }}
            then {{ cast_cell(column[2], type) }}
        end
    {%- else -%} {{ cast_cell(column[2], type) }}
    {%- endif -%}
{%- endmacro %}


{# Whether a text is a coding dictionary and its version, like MedDRA 26.1. #}
{% macro is_dictionary_version(text) -%}
    {{ matches('upper(' ~ text ~ ')', '(MEDDRA|CTCAE|WHO-?ART|WHODRUG|KCD|ICD-?10|STAND-IN)[ ,-]*(VERSION|VER[.]?|V[.]?)?[ ,-]*[0-9]{1,2}([.][0-9]{1,2})?') }}
{%- endmacro %}
