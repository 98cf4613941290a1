-- ALS in the family, three states: Y when a record says so, N when family history was asked and
-- names something else, null when no record exists, it does not tell, or a word is not known.
with
    records as (

        select
            {{ proact_usubjid('history.subject_id') }} as usubjid,
            case
                when 'ALS' in (family.meaning, relative.meaning) or mutation.meaning = 'Y'
                then 'Y'
                when 'N' in (family.is_known, relative.is_known, mutation.is_known)
                then '?'
                when
                    history.neurological_disease is not null or history.family_hx_of_neuro_disease is not null
                then 'N'
            end as als_in_family
        from {{ ref('stg_proact__familyhistory') }} as history
        left join
            {{ words_of('proact', 'familyhistory', 'Family_Hx_of_Neuro_Disease') }} as family
            on history.family_hx_of_neuro_disease = family.value
        left join
            {{ words_of('proact', 'familyhistory', 'Neurological_Disease') }} as relative
            on history.neurological_disease = relative.value
        left join
            {{ words_of('proact', 'familyhistory', 'Family_Hx_of_ALS_Mutation') }} as mutation
            on history.family_hx_of_als_mutation = mutation.value

    )

select
    usubjid,
    cast(
        case
            when max(case when als_in_family = 'Y' then 1 else 0 end) = 1
            then 'Y'
            when max(case when als_in_family = '?' then 1 else 0 end) = 1
            then null
            else max(als_in_family)
        end as string
    ) as family_history
from records
group by usubjid
