-- Means over imputations: the same where a covariate was not missing. What is drawn is in results.
with
    matched as (
        select usubjid, sum(weight) as weight, count(distinct imputation) as n_imputation
        from results.matched_set
        where specification = 'matched'
        group by usubjid
    ),
    first_set as (
        select usubjid, min(set_id) as set_id
        from results.matched_set
        where
            specification = 'matched'
            and imputation = (select min(imputation) from results.matched_set where specification = 'matched')
        group by usubjid
    ),
    imputed as (
        select count(distinct imputation) as n_imputation
        from results.matched_set
        where specification = 'matched'
    ),
    weighted as (
        select
            usubjid,
            avg(weight) filter (where specification = 'att') as weight_att,
            avg(weight) filter (where specification = 'ate') as weight_ate,
            avg(weight) filter (where specification = 'overlap') as weight_overlap,
            avg(weight) filter (where specification = 'matching') as weight_matching,
            avg(weight) filter (where specification = 'entropy') as weight_entropy
        from results.balancing_weight
        group by usubjid
    ),
    scored as (select usubjid, avg(propensity) as propensity from results.propensity_score group by usubjid),
    headed as (
        select distinct endpoint, treated, arm
        from release.analysed_parameter
        where position = 1 and role = 'endpoint'
    )

select
    adsl.*,
    analysis_set.usubjid is not null as eligible,
    analysis_set.treated,
    headed.arm as analysis_arm,
    scored.propensity,
    first_set.set_id as first_set_id,
    case
        when analysis_set.usubjid is not null then coalesce(matched.n_imputation, 0) / imputed.n_imputation
    end as share_matched,
    case
        when analysis_set.usubjid is not null then coalesce(matched.weight, 0) / imputed.n_imputation
    end as weight_matched,
    weighted.weight_att,
    weighted.weight_ate,
    weighted.weight_overlap,
    weighted.weight_matching,
    weighted.weight_entropy,
    headed.endpoint,
    follow_up.entry_days,
    follow_up.stop_days,
    follow_up.event,
    follow_up.competing
from marts.adsl as adsl
cross join imputed
left join results.analysis_set as analysis_set on adsl.USUBJID = analysis_set.usubjid
left join headed on analysis_set.treated = headed.treated
left join
    results.follow_up as follow_up
    on adsl.USUBJID = follow_up.usubjid
    and headed.endpoint = follow_up.endpoint
left join matched on adsl.USUBJID = matched.usubjid
left join first_set on adsl.USUBJID = first_set.usubjid
left join weighted on adsl.USUBJID = weighted.usubjid
left join scored on adsl.USUBJID = scored.usubjid
