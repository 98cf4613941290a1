select
    endpoint.position,
    effect.endpoint,
    effect.specification,
    effect.estimand,
    effect.method,
    effect.estimate as hazard_ratio,
    effect.ci_lower,
    effect.ci_upper,
    effect.n_treated,
    effect.n_control,
    effect.n_event_treated,
    effect.n_event_control,
    treated.median_days as median_days_treated,
    control.median_days as median_days_control,
    effect.supported,
    effect.note
from results.effect_estimate as effect
inner join
    (
        select
            endpoint,
            position,
            max(arm) filter (where treated = 1) as arm_treated,
            max(arm) filter (where treated = 0) as arm_control
        from release.analysed_parameter
        where role = 'endpoint'
        group by endpoint, position
    ) as endpoint
    on effect.endpoint = endpoint.endpoint
left join
    results.survival_summary as treated
    on effect.specification = treated.specification
    and effect.endpoint = treated.endpoint
    and endpoint.arm_treated = treated.arm
left join
    results.survival_summary as control
    on effect.specification = control.specification
    and effect.endpoint = control.endpoint
    and endpoint.arm_control = control.arm
where effect.headline = 'Y' and effect.measure = 'hazard_ratio'
