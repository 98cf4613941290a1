-- Vital status says DIED only where DEATHDATA does, and never NOT DIED without a record that says so. Words
-- are
-- compared by what they mean: what the site or a list says is a death is one.
select vital_status.usubjid, vital_status.vital_status
from {{ ref('int_proact__vital_status') }} as vital_status
left join
    (
        select
            {{ proact_usubjid() }} as usubjid,
            max(
                case
                    when word.meaning = 'DIED' or (subject_died is null and death_day is not null)
                    then 1
                    else 0
                end
            ) as died,
            max(case when word.meaning = 'NOT DIED' then 1 else 0 end) as survived
        from {{ ref('stg_proact__deathdata') }} as deathdata
        left join
            {{ words_of('proact', 'deathdata', 'Subject_Died') }} as word
            on deathdata.subject_died = word.value
        group by subject_id
    ) as recorded
    on vital_status.usubjid = recorded.usubjid
where
    (vital_status.vital_status = 'DIED' and coalesce(recorded.died, 0) = 0)
    or (vital_status.vital_status = 'NOT DIED' and coalesce(recorded.survived, 0) = 0)
