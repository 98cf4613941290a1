"""Survival of both arms at given days, by g-computation, by weighting, or by both at once (doubly robust).

All three are sums over subjects; their influence functions hold what every subject does to the models, so that intervals
know that these were estimated. Of everyone the same as `ate` of R's riskRegression (Ozenne et al. 2020).
Does not belong here: the models (`nuisances`), whom an average is over (`target`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.outcome_model.hazard_model import HazardModel, Slope
from analytics.outcome_model.nuisances import Nuisances, Sum
from analytics.outcome_model.target import Target
from analytics.survival.arrays import Floats


@dataclass(frozen=True)
class ArmSurvival:
    """Survival of control and treated.

    Attributes:
        survival: (2, d) of arm 0 and 1 on each day.
        influence: (2, d, n) of each subject; squares sum to the variance.
    """

    survival: Floats
    influence: Floats

    def difference(self) -> tuple[Floats, Floats]:
        """Treated less control on each day, and its standard error: (d,) both."""
        influence = self.influence[1] - self.influence[0]
        return self.survival[1] - self.survival[0], np.sqrt((influence**2).sum(axis=-1))


def g_computation(models: Nuisances, target: Target, days: Floats) -> ArmSurvival:
    """The outcome model's predictions, averaged as if everyone were in one arm, then in the other."""
    return _solved(models, target, days, lambda arm, day: _predicted(models, target, arm, day))


def weighted(models: Nuisances, target: Target, days: Floats) -> ArmSurvival:
    """Deaths seen, weighted by treatment and by staying in follow-up; no model of the outcome."""
    return _solved(models, target, days, lambda arm, day: _seen(models, target, arm, day))


def doubly_robust(models: Nuisances, target: Target, days: Floats) -> ArmSurvival:
    """Predictions, corrected by what was seen: right where the outcome model is, or those of treatment and censoring."""
    return _solved(
        models,
        target,
        days,
        lambda arm, day: (
            _predicted(models, target, arm, day)
            + _seen(models, target, arm, day)
            + _not_predicted(models, target, arm, day)
        ),
    )


METHODS = {"g_computation": g_computation, "weighted": weighted, "doubly_robust": doubly_robust}
"""Every estimator by name."""


def _solved(
    models: Nuisances, target: Target, days: Floats, deaths: Callable[[int, float], Sum]
) -> ArmSurvival:
    """Survival as one less a ratio of sums, with the influence of each subject on it."""
    base, by_logit = target.base(models.treatment.treated, models.treatment.score)
    total = base.sum()
    whole = Sum(base, by_logit).influence(models, 0)
    survival, influence = np.empty((2, len(days))), np.empty((2, len(days), base.size))
    for arm in (0, 1):
        for place, day in enumerate(days):
            dead = deaths(arm, float(day))
            risk = dead.terms.sum() / total
            survival[arm, place] = 1 - risk
            influence[arm, place] = -(dead.influence(models, arm) - risk * whole) / total
    return ArmSurvival(survival, influence)


def _predicted(models: Nuisances, target: Target, arm: int, day: float) -> Sum:
    """Risk of dying by a day, predicted for everyone in an arm."""
    base, by_logit = target.base(models.treatment.treated, models.treatment.score)
    risk, slope = _risk(models, arm, day, base)
    return Sum(base * risk, by_logit * risk, slope)


def _risk(models: Nuisances, arm: int, day: float, weight: Floats) -> tuple[Floats, Slope]:
    """Predicted risk (n,), and the slope of its weighted sum."""
    outcome, x = models.outcome[arm], models.x_of(arm)
    hazard, relative = float(outcome.cumulative(day)), outcome.relative_of(x)
    alive = np.exp(-relative * hazard)
    by_hazard = weight * alive * relative
    return 1 - alive, Slope((by_hazard * hazard) @ x, np.where(outcome.day <= day, by_hazard.sum(), 0.0))


def _seen(models: Nuisances, target: Target, arm: int, day: float) -> Sum:
    """Deaths seen in an arm by a day, each for those who would have been seen to die had nobody been censored."""
    weight, by_logit = target.own(models.treatment.treated, models.treatment.score, arm)
    dead, censoring = (models.event & (models.stop <= day) & (weight != 0)) * 1.0, models.censoring[arm]
    if censoring is None:
        return Sum(weight * dead, by_logit * dead)
    hazard = censoring.cumulative(models.stop, before=True)
    # Of the others nothing is taken, however far they are from whom the model was fitted to.
    dead[dead > 0] = np.exp((censoring.relative * hazard)[dead > 0])
    moved = weight * dead * censoring.relative
    # A jump counts for those whose last day is after it.
    later = _sums_from(np.searchsorted(censoring.day, models.stop, side="left"), moved, censoring.day.size)
    return Sum(weight * dead, by_logit * dead, censoring=Slope((moved * hazard) @ censoring.x, later))


def _sums_from(count: np.ndarray, values: Floats, size: int) -> Floats:
    """For each of `size` places the sum of the values of those who count more places than it: (size,)."""
    by_count = np.bincount(count, weights=values, minlength=size + 1)
    return by_count[::-1].cumsum()[::-1][1:]


def _not_predicted(models: Nuisances, target: Target, arm: int, day: float) -> Sum:
    """What the predictions of an arm's own subjects get wrong, up to their censoring: taken off in the end."""
    weight, by_logit = target.own(models.treatment.treated, models.treatment.score, arm)
    risk, slope = _risk(models, arm, day, -weight)
    found, censoring = Sum(-weight * risk, -by_logit * risk, slope), models.censoring[arm]
    if censoring is None:
        return found
    return found + _censored(models, models.outcome[arm], censoring, weight, by_logit, day)


def _censored(
    models: Nuisances,
    outcome: HazardModel,
    censoring: HazardModel,
    weight: Floats,
    by_logit: Floats,
    day: float,
) -> Sum:
    """Expected deaths after censoring: ∫ (1 − S(day)/S(u)) / G(u−) dM_C(u), over the days u somebody is censored on.

    S is survival by the outcome model, G being followed by that of censoring, M_C the martingale of censoring. Arrays of who
    has a weight by those days: of n subjects and m days the memory is n m.
    """
    mine, on = np.flatnonzero(weight), censoring.day <= day
    u, jump = censoring.day[on], censoring.jump[on]
    relative, risk = censoring.relative[mine][:, None], outcome.relative[mine][:, None]
    before = censoring.cumulative(u, before=True)[None, :]
    ahead = (outcome.cumulative(day) - outcome.cumulative(u))[None, :]
    alive, inverse = np.exp(-risk * ahead), np.exp(relative * before)
    last = models.stop[mine][:, None]
    followed = u[None, :] <= last
    ends = (u[None, :] == last) & ~models.event[mine][:, None]
    expected = followed * relative * jump[None, :]
    martingale, share = ends - expected, (1 - alive) * inverse
    own = weight[mine][:, None]
    by_risk = own * risk * alive * inverse * martingale
    by_censoring = own * share * (ends * relative * before - expected * (1 + relative * before))
    terms, logit = np.zeros(weight.size), np.zeros(weight.size)
    terms[mine] = weight[mine] * (share * martingale).sum(axis=1)
    logit[mine] = by_logit[mine] * (share * martingale).sum(axis=1)
    return Sum(
        terms,
        logit,
        Slope(
            (by_risk * ahead).sum(axis=1) @ outcome.x[mine],
            _by_event_day(outcome, u, by_risk.sum(axis=0), day),
        ),
        Slope(
            by_censoring.sum(axis=1) @ censoring.x[mine],
            _by_censoring_day(censoring.day.size, own * share * relative, followed, ends, expected),
        ),
    )


def _by_event_day(outcome: HazardModel, u: Floats, sums: Floats, day: float) -> Floats:
    """A jump of the outcome's hazard moves what is ahead of every earlier day of censoring."""
    earlier = np.concatenate([[0.0], np.cumsum(sums)])[np.searchsorted(u, outcome.day, side="left")]
    return np.where(outcome.day <= day, earlier, 0.0)


def _by_censoring_day(
    size: int, moved: Floats, followed: np.ndarray, ends: np.ndarray, expected: Floats
) -> Floats:
    """A jump of censoring's hazard moves its own day's expectation, and being followed on every later day."""
    martingale = moved * (ends - expected)
    later = martingale.sum(axis=0)[::-1].cumsum()[::-1] - martingale.sum(axis=0)
    found = np.zeros(size)
    found[: later.size] = later - (moved * followed).sum(axis=0)
    return found
