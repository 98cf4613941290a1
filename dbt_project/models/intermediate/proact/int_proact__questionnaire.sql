-- Every staged questionnaire with its items checked and its totals added up again.
{% set shared = alsfrs_shared_items() %}
{% set revised = shared + alsfrs_revised_items() %}
{% set original = shared + alsfrs_original_items() %}
{% set plain = shared[:4] + shared[5:] + alsfrs_original_items() + alsfrs_revised_items() %}
with
    scored as (

        select
            {{ proact_usubjid() }} as usubjid,
            {{ within_limits('day', 'visit_day') }} as day,
            day as day_delivered,
            {% for paramcd, column, delivered, label in plain %}
                {{ item_score(column) }} as {{ column }}, {{ column }} as {{ column }}_delivered,
            {% endfor %}
            {{ item_score('q5a_cutting') }} as q5a_cutting,
            {{ item_score('q5b_cutting') }} as q5b_cutting,
            q5a_cutting as q5a_cutting_delivered,
            q5b_cutting as q5b_cutting_delivered,
            alsfrs_total as alsfrs_delivered,
            alsfrs_r_total as alsfrsr_delivered,
            _file,
            _line
        from {{ ref('stg_proact__alsfrs') }}

    ),

    -- One of Q5a and Q5b is answered. Where both are and differ, the delivered total tells which one
    -- counted; where
    -- it does not, neither is known to.
    answered as (

        select
            *,
            case
                when q5a_cutting is null or q5b_cutting is null or q5a_cutting = q5b_cutting
                then coalesce(q5a_cutting, q5b_cutting)
                {% for items, total in [(revised, 'alsfrsr_delivered'), (original, 'alsfrs_delivered')] %}
                    when {{ items_sum(items_but_fifth(items)) }} + q5a_cutting = {{ total }}
                    then q5a_cutting
                    when {{ items_sum(items_but_fifth(items)) }} + q5b_cutting = {{ total }}
                    then q5b_cutting
                {% endfor %}
            end as q5_cutting
        from scored

    ),

    summed as (

        select
            *,
            {{ items_sum(revised) }} as alsfrsr_sum,
            {{ items_sum_present(revised) }} as alsfrsr_present,
            {{ items_answered(revised) }} as alsfrsr_answered,
            {{ items_sum(original) }} as alsfrs_sum,
            {{ items_sum_present(original) }} as alsfrs_present,
            {{ items_answered(original) }} as alsfrs_answered,
            case
                when r1_dyspnea is null and r2_orthopnea is null and r3_insufficiency is null
                then 'N'
                else 'Y'
            end as has_revised_items
        from answered

    ),

    -- A delivered total stands in for an incomplete sum when the items present leave it possible.
    totalled as (

        select
            *,
            case
                when
                    alsfrsr_delivered
                    between alsfrsr_present and alsfrsr_present + 4 * (12 - alsfrsr_answered)
                then {{ within_limits('alsfrsr_delivered', 'alsfrsr_total') }}
            end as alsfrsr_possible,
            case
                when alsfrs_delivered between alsfrs_present and alsfrs_present + 4 * (10 - alsfrs_answered)
                then {{ within_limits('alsfrs_delivered', 'alsfrs_total') }}
            end as alsfrs_possible
        from summed

    )

select
    *,
    cast(coalesce(alsfrsr_sum, alsfrsr_possible) as double) as alsfrsr,
    cast(
        case
            when alsfrsr_sum is not null
            then 'sum of the twelve items'
            when alsfrsr_possible is not null
            then 'total as delivered, items incomplete'
        end as string
    ) as alsfrsr_derivation,
    cast(coalesce(alsfrs_sum, alsfrs_possible) as double) as alsfrs,
    cast(
        case
            when alsfrs_sum is not null
            then 'sum of the ten items'
            when alsfrs_possible is not null
            then 'total as delivered, items incomplete'
        end as string
    ) as alsfrs_derivation
from totalled
