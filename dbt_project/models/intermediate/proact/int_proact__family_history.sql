-- ALS in the family, three states: Y when a record says so, N when family history was asked and
-- names something else, null when no record exists or it does not tell.
with
    records as (

        select
            {{ proact_usubjid() }} as usubjid,
            case
                when
                    upper(family_hx_of_neuro_disease) = 'ALS'
                    or upper(neurological_disease) = 'ALS'
                    or upper(neurological_disease) like '%AMYOTROPHIC%'
                    or (
                        family_hx_of_als_mutation is not null
                        and lower(family_hx_of_als_mutation) not in ('no', 'none', 'negative', 'unknown')
                    )
                then 'Y'
                when neurological_disease is not null or family_hx_of_neuro_disease is not null
                then 'N'
            end as als_in_family
        from {{ ref('stg_proact__familyhistory') }}

    )

select usubjid, cast(max(als_in_family) as string) as family_history
from records
group by usubjid
