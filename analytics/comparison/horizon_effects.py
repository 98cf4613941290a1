"""Effects that speak of a day: hazard ratio and restricted mean up to the horizon, survival at milestones.

Belongs here: those rows, each null with its reason where an arm is too small for it. Does not belong here: how small
that is (`risk_floor`), the estimators (`analytics.survival`).
"""

from collections.abc import Callable, Sequence

import numpy as np

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
from analytics.survival.rmst_contrast import rmst_contrasts

TO_HORIZON, RMST = "hazard_ratio_to_horizon", ("rmst_difference", "rmst_ratio")
AREA, MILESTONE = "Kaplan–Meier area", "survival_difference"


def rows(protocol: Protocol, about: Compared, endpoint: Endpoint, parts: Sequence[Followed]) -> list[dict]:
    """Estimates up to the pre-specified horizon, then those of each milestone."""
    tau = float(endpoint.horizon_days)
    method = f"Cox to the horizon, Efron ties, {variance(protocol, about.specification)}"
    too_few = too_few_on_day(protocol, parts, tau)
    if too_few:
        found = [no_estimate(about, method, TO_HORIZON, too_few, horizon_days=tau)]
    else:
        ratio = hazard_ratio([part.until_day(tau) for part in parts], protocol.outcome.level)
        found = [effect_row(about, method, TO_HORIZON, ratio, horizon_days=tau, log=True)]
    found += _rmst_rows(protocol, about, parts, tau)
    return found + [_milestone_row(protocol, about, parts, float(day)) for day in endpoint.milestones_days]


def refused(about: Compared, endpoint: Endpoint, reason: str) -> list[dict]:
    """The same rows where there is no comparison."""
    tau = float(endpoint.horizon_days)
    found = [no_estimate(about, AREA, measure, reason, horizon_days=tau) for measure in RMST]
    days = (float(day) for day in endpoint.milestones_days)
    return found + [no_estimate(about, "Kaplan–Meier", MILESTONE, reason, horizon_days=day) for day in days]


def _rmst_rows(protocol: Protocol, about: Compared, parts: Sequence[Followed], tau: float) -> list[dict]:
    too_few = too_few_for_contrast(protocol, parts, tau)
    if too_few:
        return [no_estimate(about, AREA, measure, too_few, horizon_days=tau) for measure in RMST]
    both = [rmst_contrasts(**_arms(protocol, part), tau=tau) for part in parts]
    found = []
    for position, measure in enumerate(RMST):
        log = measure == "rmst_ratio"
        row = _pooled(protocol, parts, [pair[position] for pair in both], np.log if log else float)
        found.append(effect_row(about, AREA, measure, row, horizon_days=tau, log=log))
    return found


def _milestone_row(protocol: Protocol, about: Compared, parts: Sequence[Followed], day: float) -> dict:
    too_few = too_few_for_contrast(protocol, parts, day)
    if too_few:
        return no_estimate(about, "Kaplan–Meier", MILESTONE, too_few, horizon_days=day)
    contrasts = [survival_difference(**_arms(protocol, part), time=day) for part in parts]
    row = _as_pooled(contrasts[0]) if len(contrasts) == 1 else _pooled(protocol, parts, contrasts, float)
    return effect_row(about, "Kaplan–Meier, log-log interval", MILESTONE, row, horizon_days=day)


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
