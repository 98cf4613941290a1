"""Sums over subjects that estimators of an arm are made of, each with its slopes by the models it rests on.

What is lost of a survival curve (`curve_summary`): as predicted for everyone, as seen in an arm, and as expected
after censoring. Does not belong here: estimators (`arm_survival`), the models (`nuisances`).
"""

import numpy as np

from analytics.outcome_model.curve_summary import CurveSummary
from analytics.outcome_model.hazard_model import BEYOND, HazardModel, Slope
from analytics.outcome_model.nuisances import Nuisances, Sum
from analytics.outcome_model.target import Weights
from analytics.survival.arrays import Floats, Integers

BLOCK = 1_000
"""Subjects whose days of censoring are gone through at once: arrays of them by days are what takes memory."""


def corrected(models: Nuisances, base: Weights, own: Weights, arm: int, summary: CurveSummary) -> Sum:
    """What is predicted, and seen instead of that.

    Args:
        models: nuisances.
        base: of everyone's prediction; own: of what an arm's own subjects did.
        arm: 0 or 1.
        summary: what is asked of the curve.
    """
    # What is predicted of an arm's own subjects is taken off, since what they did stands for it.
    others = base[0] - own[0], base[1] - own[1]
    return (
        predicted(models, others, arm, summary)
        + seen(models, own, arm, summary)
        + after_censoring(models, own, arm, summary)
    )


def predicted(models: Nuisances, weights: Weights, arm: int, summary: CurveSummary) -> Sum:
    """What everyone would lose in an arm, by the model of the outcome; as `corrected`."""
    weight, by_logit = weights
    outcome, x = models.outcome[arm], models.x_of(arm)
    hazard, relative = outcome.cumulative(summary.day), outcome.relative_of(x)
    alive = np.exp(-np.outer(relative, hazard)) * summary.weight
    loss, moved = summary.weight.sum() - alive.sum(axis=1), weight * relative
    by_jump = summary.left(moved @ alive)[summary.from_day(outcome.day)]
    return Sum(weight * loss, by_logit * loss, Slope((moved * (alive @ hazard)) @ x, by_jump))


def seen(models: Nuisances, weights: Weights, arm: int, summary: CurveSummary) -> Sum:
    """What was lost in an arm by deaths seen, each for those who would have been seen to die had nobody been censored; as
    `corrected`."""
    (weight, by_logit), censoring = weights, models.censoring[arm]
    lost = summary.left(summary.weight)[summary.from_day(models.stop)] * (models.event & (weight != 0))
    if censoring is None:
        return Sum(weight * lost, by_logit * lost)
    hazard, dead = censoring.cumulative(models.stop, before=True), lost > 0
    # Of the others nothing is taken, however far they are from whom the model was fitted to.
    lost[dead] *= np.exp((censoring.relative * hazard)[dead])
    moved = weight * lost * censoring.relative
    # A jump counts for those whose last day is after it.
    later = _sums_from(np.searchsorted(censoring.day, models.stop, side="left"), moved, censoring.day.size)
    return Sum(weight * lost, by_logit * lost, censoring=Slope((moved * hazard) @ censoring.x, later))


def _sums_from(count: Integers, values: Floats, size: int) -> Floats:
    """For each of `size` places the sum of the values of those who count more places than it: (size,)."""
    by_count = np.bincount(count, weights=values, minlength=size + 1)
    return by_count[::-1].cumsum()[::-1][1:]


def after_censoring(models: Nuisances, weights: Weights, arm: int, summary: CurveSummary) -> Sum:
    """What an arm's own subjects are expected to lose after their censoring; as `corrected`."""
    weight, by_logit = weights
    outcome, censoring = models.outcome[arm], models.censoring[arm]
    share = np.zeros(weight.size)
    if censoring is None:
        return Sum(share, share)
    mine, by_outcome, by_censoring = np.flatnonzero(weight), _flat(outcome), _flat(censoring)
    for first in range(0, mine.size, BLOCK):
        rows = mine[first : first + BLOCK]
        part = _Censored(models, outcome, censoring, summary, rows)
        share[rows] = part.share()
        by_outcome += part.by_outcome(weight[rows])
        by_censoring += part.by_censoring(weight[rows])
    return Sum(weight * share, by_logit * share, by_outcome, by_censoring)


def _flat(model: HazardModel) -> Slope:
    return Slope(np.zeros(model.coefficient.size), np.zeros(model.day.size))


class _Censored:
    """Expected loss after censoring of some subjects: ∫ φ(u) / G(u−) dM_C(u), over the m days u of somebody's censoring.

    φ is what somebody alive on day u will have lost in the end, G being followed by the model of censoring, M_C its
    martingale. Arrays are of subjects by days, those of the model and those of subjects that it was not fitted to.
    """

    def __init__(
        self,
        models: Nuisances,
        outcome: HazardModel,
        censoring: HazardModel,
        summary: CurveSummary,
        rows: Integers,
    ) -> None:
        leaves, last = models.leaves[rows, None], summary.day.max(initial=0.0)
        self.outcome, self.censoring, self.summary = outcome, censoring, summary
        self.x, self.x_censoring = outcome.x[rows], censoring.x[rows]
        self.risk, self.leaving = outcome.relative[rows], censoring.relative[rows]
        on, left = censoring.day <= last, models.leaves[rows][~models.event[rows]]
        self.u = np.union1d(censoring.day[on], left[left <= last])
        self.of_model, jump = np.searchsorted(self.u, censoring.day[on]), np.zeros(self.u.size)
        jump[self.of_model] = censoring.jump[on]
        self.before = censoring.cumulative(self.u, before=True)
        self.inverse = np.exp(np.minimum(np.outer(self.leaving, self.before), BEYOND))
        self.followed = self.u <= leaves
        self.ends = (self.u == leaves) & ~models.event[rows, None]
        self.expected = self.followed * np.outer(self.leaving, jump)
        self._ahead()

    def _ahead(self) -> None:
        """What those alive on day u are still to lose, and what of the curve is left to them."""
        self.hazard = self.outcome.cumulative(self.summary.day)
        self.so_far = self.outcome.cumulative(self.u)
        self.curve = np.exp(-self._certain(self.hazard)) * self.summary.weight
        self.back = np.exp(self._certain(self.so_far))
        on = self.summary.from_day(self.u)
        self.left = self.summary.left(self.curve)[:, on] * self.back
        self.lagging = (
            self.summary.left(self.curve * self.hazard)[:, on] * self.back - self.so_far * self.left
        )
        self.loss = self.summary.left(self.summary.weight)[on] - self.left

    def _certain(self, hazard: Floats) -> Floats:
        return np.minimum(np.outer(self.risk, hazard), BEYOND)

    def share(self) -> Floats:
        """(n,) the integral of each."""
        return (self.loss * self.inverse * (self.ends - self.expected)).sum(axis=1)

    def by_outcome(self, weight: Floats) -> Slope:
        """A jump of the outcome's hazard moves what is ahead of every earlier day of censoring."""
        moved = (weight * self.risk)[:, None] * self.inverse * (self.ends - self.expected)
        earlier = np.concatenate([np.zeros((weight.size, 1)), np.cumsum(moved * self.back, axis=1)], axis=1)
        on = self.summary.from_day(self.outcome.day)
        until = np.searchsorted(self.u, self.outcome.day, side="left")
        later = self.summary.left(self.curve)
        by_jump = np.einsum("ij,ij->j", later[:, on], earlier[:, until])
        return Slope((moved * self.lagging).sum(axis=1) @ self.x, by_jump)

    def by_censoring(self, weight: Floats) -> Slope:
        """A jump of censoring's hazard moves its own day's expectation, and being followed on every later day."""
        moved = weight[:, None] * self.loss * self.inverse
        relative = np.outer(self.leaving, self.before)
        by_coefficient = (moved * (self.ends * relative - self.expected * (1 + relative))).sum(axis=1)
        moved = moved * self.leaving[:, None]
        martingale = (moved * (self.ends - self.expected)).sum(axis=0)
        by_jump = np.zeros(self.censoring.day.size)
        later = martingale[::-1].cumsum()[::-1] - martingale
        by_jump[: self.of_model.size] = (later - (moved * self.followed).sum(axis=0))[self.of_model]
        return Slope(by_coefficient @ self.x_censoring, by_jump)
