{{ config(materialized='view') }}
-- Who may have died, or may have ended the study, by a record that nobody can read: a disposition (but no
-- milestone), DM's flag of death, a survival status that is in no list or contradicts itself.
select usubjid, case when possible_fact = 'END OF EPOCH' then 'N' else 'Y' end as may_be_death
from {{ ref('int_registry__fact') }}
where domain = 'DS' and possible_fact is not null and coalesce(category, '') <> 'PROTOCOL MILESTONE'
union
select usubjid, 'Y'
from {{ ref('stg_registry__dm') }}
where death_flag_unknown is not null
union
select usubjid, 'Y'
from {{ ref('stg_registry__ss') }}
where
    coalesce(status, '') <> 'NOT DONE'
    and collected_date_after_cut is null
    and (
        {{ survival_contradicts() }}
        or (
            test_code = 'SURVSTAT'
            and case when result_text_filled = 'Y' then result_text_unknown else result_collected_unknown end
            is not null
        )
    )
