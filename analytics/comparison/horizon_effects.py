"""Effects that speak of a day: hazard ratio and restricted mean up to the horizon, survival at milestones.

Belongs here: those rows, each null with its reason where an arm is too small for it; where events compete with the endpoint,
cumulative incidence at milestones. Does not belong here: how small that is (`risk_floor`), the estimators
(`analytics.survival`).
"""

from collections.abc import Callable, Sequence

import numpy as np

from analytics.comparison.competing_effects import cause_specific, not_of_one_cause
from analytics.comparison.effect_row import Compared, effect_row, no_estimate
from analytics.comparison.hazard_ratio import hazard_ratio
from analytics.comparison.pooling import Pooled, nothing, pooled
from analytics.comparison.risk_floor import too_few_for_contrast, too_few_on_day
from analytics.comparison.specification import variance
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint
from analytics.survival.contrast import Contrast
from analytics.survival.followed import Followed
from analytics.survival.milestone import survival_difference
from analytics.survival.risk_difference import MEASURE as RISK
from analytics.survival.risk_difference import risk_difference
from analytics.survival.rmst_contrast import rmst_contrasts

TO_HORIZON, RMST = "hazard_ratio_to_horizon", ("rmst_difference", "rmst_ratio")
AREA, MILESTONE = "Kaplan–Meier area", "survival_difference"
INCIDENCE = "Aalen–Johansen"


def rows(protocol: Protocol, about: Compared, endpoint: Endpoint, parts: Sequence[Followed]) -> list[dict]:
    """Estimates up to the pre-specified horizon, then those of each milestone."""
    tau = float(endpoint.horizon_days)
    method = f"Cox to the horizon, Efron ties, {variance(protocol, about.specification)}"
    method = cause_specific(endpoint, method)
    too_few = too_few_on_day(protocol, parts, tau)
    if too_few:
        found = [no_estimate(about, method, TO_HORIZON, too_few, horizon_days=tau)]
    else:
        ratio = hazard_ratio([part.until_day(tau) for part in parts], protocol.outcome.level)
        found = [effect_row(about, method, TO_HORIZON, ratio, horizon_days=tau, log=True)]
    found += _rmst_rows(protocol, about, endpoint, parts)
    return found + [
        _milestone_row(protocol, about, endpoint, parts, float(day)) for day in endpoint.milestones_days
    ]


def refused(about: Compared, endpoint: Endpoint, reason: str) -> list[dict]:
    """The same rows where there is no comparison."""
    tau = float(endpoint.horizon_days)
    found = [no_estimate(about, AREA, measure, reason, horizon_days=tau) for measure in RMST]
    method, measure = milestone_of(endpoint)
    days = (float(day) for day in endpoint.milestones_days)
    return found + [no_estimate(about, method, measure, reason, horizon_days=day) for day in days]


def milestone_of(endpoint: Endpoint) -> tuple[str, str]:
    """Estimator of each arm at a milestone, and the measure of their difference."""
    return (INCIDENCE, RISK) if endpoint.competing else ("Kaplan–Meier", MILESTONE)


def _rmst_rows(
    protocol: Protocol, about: Compared, endpoint: Endpoint, parts: Sequence[Followed]
) -> list[dict]:
    tau = float(endpoint.horizon_days)
    too_few = not_of_one_cause(endpoint) or too_few_for_contrast(protocol, parts, tau)
    if too_few:
        return [no_estimate(about, AREA, measure, too_few, horizon_days=tau) for measure in RMST]
    both = [rmst_contrasts(**_arms(protocol, part), tau=tau) for part in parts]
    found = []
    for position, measure in enumerate(RMST):
        log = measure == "rmst_ratio"
        row = _pooled(protocol, parts, [pair[position] for pair in both], np.log if log else float)
        found.append(effect_row(about, AREA, measure, row, horizon_days=tau, log=log))
    return found


def _milestone_row(
    protocol: Protocol, about: Compared, endpoint: Endpoint, parts: Sequence[Followed], day: float
) -> dict:
    method, measure = milestone_of(endpoint)
    too_few = too_few_for_contrast(protocol, parts, day)
    if too_few:
        return no_estimate(about, method, measure, too_few, horizon_days=day)
    contrasts = [_contrast(protocol, endpoint, part, day) for part in parts]
    row = _as_pooled(contrasts[0]) if len(contrasts) == 1 else _pooled(protocol, parts, contrasts, float)
    return effect_row(about, f"{method}, log-log interval", measure, row, horizon_days=day)


def _contrast(protocol: Protocol, endpoint: Endpoint, part: Followed, day: float) -> Contrast:
    if endpoint.competing:
        return risk_difference(part.causes(), part.treated, day, level=protocol.outcome.level)
    return survival_difference(**_arms(protocol, part), time=day)


def _arms(protocol: Protocol, part: Followed) -> dict:
    return {"records": part.records(), "treated": part.treated, "level": protocol.outcome.level}


def _pooled(
    protocol: Protocol, parts: Sequence[Followed], contrasts: list[Contrast], scale: Callable[[float], float]
) -> Pooled:
    notes = [contrast.note for contrast in contrasts if contrast.note]
    if notes:
        return nothing(notes[0])
    estimates = np.array([scale(contrast.estimate) for contrast in contrasts], float)
    variances = np.array([contrast.std_error for contrast in contrasts]) ** 2
    influences = [np.zeros(0) if c.influence is None else c.influence for c in contrasts]
    return pooled(parts, estimates, variances, influences, protocol.outcome.level)


def _as_pooled(contrast: Contrast) -> Pooled:
    return Pooled(
        contrast.estimate,
        contrast.std_error,
        contrast.ci_lower,
        contrast.ci_upper,
        contrast.p_value,
        contrast.note,
    )
