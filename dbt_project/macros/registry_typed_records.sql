{# Every delivered record of one SDTM domain, cast by a list of (name, type, delivered column[, low, high]); type is
   text, code (upper case), int, double or date. A date also gives <name>_flag (its ADaM imputation flag). A cell
   that cannot be cast, lies outside low..high, or is a date before 1900 or after the data cut becomes null and is
   kept in `_uncastable` (column, chr(31), found, chr(30)).

   Records are rejected, in this order: of a subject who asked for erasure; without USUBJID; of a subject DM does not
   have; a repetition of a record word for word; then by `rejections`, a list of (condition, column, rule, reason).
   `marks` adds (name, expression) to the delivered records for those conditions; `joins` adds relations to them. #}

{% macro registry_typed_records(domain, columns, rejections=[], marks=[], joins='', known_subject=true, erasable=true) -%}
{%- set content = [] -%}
{%- for column in columns if column[2] not in content -%}{%- do content.append(column[2]) -%}{%- endfor -%}
with delivered as (

    select
        record.*,
        cut.data_cut as _data_cut,
        {% if erasable %}case when erased.usubjid is null then 'N' else 'Y' end{% else %}'N'{% endif %} as _erased,
        {% if known_subject %}case when subject.usubjid is null then 'N' else 'Y' end{% else %}'Y'{% endif %} as _known,
        {%- for name, expression in marks %}
        {{ expression }} as {{ name }},
        {%- endfor %}
        row_number() over (
            partition by {{ hash_key(content | map('registry_qualified') | list if false else content | list) | replace('cast(', 'cast(record.') }}
            order by record._file, record._line
        ) as _copy
    from {{ source('registry', domain) }} as record
    left join {{ source('delivery', 'data_cut') }} as cut on 1 = 1
    {%- if erasable %}
    left join (
        select distinct usubjid from {{ ref('stg_registry__withdrawals') }} where request = 'ERASE'
    ) as erased on record.USUBJID = erased.usubjid
    {%- endif %}
    {%- if known_subject %}
    left join {{ ref('stg_registry__dm') }} as subject on record.USUBJID = subject.usubjid
    {%- endif %}
    {{ joins }}

),
