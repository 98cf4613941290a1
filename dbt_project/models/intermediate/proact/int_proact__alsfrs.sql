-- One questionnaire of each scale per subject and day. Of several on a day the one whose total is
-- known comes first, then the one with more items answered, then the lower total, then the lower
-- items: by content, never by line.
{% set items = alsfrs_shared_items() + alsfrs_original_items() + alsfrs_revised_items() %}
with
    ranked as (

        select
            questionnaire.*,
            {% for scale in ['alsfrsr', 'alsfrs'] %}
                row_number() over (
                    partition by usubjid, day
                    order by
                        case
                            when {{ scale }}_sum is not null then 0 when {{ scale }} is not null then 1 else 2
                        end,
                        {{ scale }}_answered desc,
                        {{ scale }} nulls last,
                        {% for item in items %} {{ item[1] }} nulls last, {% endfor %}
                        alsfrsr_delivered nulls last,
                        alsfrs_delivered nulls last,
                        _file,
                        _line
                ) as {{ scale }}_rank{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref('int_proact__questionnaire') }} as questionnaire
        where day is not null

    )

select
    usubjid,
    day,
    cast('ALSFRS-R' as string) as scale,
    alsfrsr as total,
    alsfrsr_derivation as derivation,
    {% for item in items %} {{ item[1] }}, {% endfor %}
    _file,
    _line
from ranked
where alsfrsr_rank = 1 and (alsfrsr is not null or has_revised_items = 'Y')

union all

select
    usubjid,
    day,
    cast('ALSFRS' as string) as scale,
    alsfrs as total,
    alsfrs_derivation as derivation,
    {% for item in items %} {{ item[1] }}, {% endfor %}
    _file,
    _line
from ranked
where
    alsfrs_rank = 1
    and (
        alsfrs is not null
        or q10_respiratory is not null
        -- Items that neither scale claims are kept under the original one.
        or (alsfrsr is null and has_revised_items = 'N' and alsfrs_answered > 0)
    )
