"""Survival of both arms by targeted maximum likelihood: predictions that are moved until nothing is left to correct.

The model of the outcome is fluctuated along what the doubly robust estimator would correct it by, on the logit of each
day's hazard, until that correction is nil; what is predicted then is the estimate, which so lies where survival can lie
(Moore and van der Laan 2009). In large samples it is the doubly robust estimator, whose influence functions are its own.
Does not belong here: the models (`nuisances`), the one-step estimator (`arm_survival`).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.outcome_model.arm_survival import ArmSurvival, asked_for, doubly_robust
from analytics.outcome_model.curve_summary import CurveSummary
from analytics.outcome_model.hazard_model import BEYOND, OutcomeModelError
from analytics.outcome_model.nuisances import Nuisances, in_arm
from analytics.outcome_model.target import Target
from analytics.survival.arrays import Floats, Marks

ROUNDS, HALVINGS = 100, 30
UNSETTLED = "the targeted model of the outcome does not settle"
NOTHING_LEFT = 1e-9
"""What is left to correct, as a share of the whole, at which the predictions are where they are to be."""


def targeted(
    models: Nuisances, target: Target, days: Floats, *, restricted_mean: bool = False
) -> ArmSurvival:
    """As `arm_survival.doubly_robust`, whose influence functions it has. Arrays are of subjects by days with an event.

    Raises:
        OutcomeModelError: the fluctuation does not settle.
    """
    one_step = doubly_robust(models, target, days, restricted_mean=restricted_mean)
    asked, survival = asked_for(restricted_mean), np.empty_like(one_step.survival)
    base, _ = target.base(models.treatment.treated, models.treatment.score)
    for arm in (0, 1):
        for place, day in enumerate(days):
            summary = asked(float(day), models.falls(arm))
            lost = _Fluctuated.of(models, target, arm, summary).settled(base.sum()).loss()
            survival[arm, place] = summary.whole - base @ lost / base.sum()
    return replace(one_step, survival=survival)


@dataclass(frozen=True)
class _Fluctuated:
    """Hazards of everyone in an arm on the m days with an event, as far as they have been moved.

    Attributes:
        summary: what is asked of the curve.
        day: (m,).
        hazard: (n, m) chance to die on a day of who is alive before it.
        weight: (n, m) what a death counts for: the subject's own weight over its chance to be followed.
        own: (n, m) who was under risk in the arm; died: (n, m) of these who died.
    """

    summary: CurveSummary
    day: Floats
    hazard: Floats
    weight: Floats
    own: Marks
    died: Marks

    @staticmethod
    def of(models: Nuisances, target: Target, arm: int, summary: CurveSummary) -> "_Fluctuated":
        outcome, treated = models.outcome[arm], models.treatment.treated
        on = outcome.day <= summary.day.max(initial=0.0)
        day, relative = outcome.day[on], outcome.relative_of(models.x_of(arm))
        own = (treated == arm)[:, None] & (models.stop[:, None] >= day)
        died = own & models.event[:, None] & (models.stop[:, None] == day)
        hazard = -np.expm1(-np.outer(relative, outcome.jump[on]))
        weight, _ = target.own(np.full_like(treated, arm), models.treatment.score, arm)
        return _Fluctuated(summary, day, hazard, weight[:, None] * _inverse(models, arm, day), own, died)

    def settled(self, total: float) -> "_Fluctuated":
        """Moved until what the arm's own subjects say against the predictions sums to nothing."""
        found, enough = self, NOTHING_LEFT * total * self.summary.whole
        for _ in range(ROUNDS):
            if abs(found._left) <= enough:
                return found
            found = found._nearer()
        raise OutcomeModelError(UNSETTLED)

    def loss(self) -> Floats:
        """(n,) what each is predicted to lose."""
        return self.summary.weight.sum() - self._curve[1].sum(axis=1)

    def _nearer(self) -> "_Fluctuated":
        """After Newton's step on the likelihood; after a shorter one where that leads past what is sought."""
        along, hazard = self._direction[self.own], self.hazard[self.own]
        curvature = float(along**2 @ (hazard * (1 - hazard)))
        step = self._left / curvature if curvature > 0 else 0.0
        for _ in range(HALVINGS):
            found = replace(self, hazard=_moved(self.hazard, step * self._direction))
            if abs(found._left) < abs(self._left):
                return found
            step /= 2
        raise OutcomeModelError(UNSETTLED)

    @cached_property
    def _left(self) -> float:
        """What is still to be corrected, summed over the arm's own subjects."""
        return float(self._direction[self.own] @ (self.died[self.own] - self.hazard[self.own]))

    @cached_property
    def _direction(self) -> Floats:
        """(n, m) what a death on a day would cost, weighted: the clever covariate."""
        alive, curve = self._curve
        left = self.summary.left(curve)[:, self.summary.from_day(self.day)]
        return self.weight * np.divide(left, alive, out=np.zeros_like(left), where=alive > 0)

    @cached_property
    def _curve(self) -> tuple[Floats, Floats]:
        """Survival after each day with an event (n, m), and on each day asked for, times its weight (n, k)."""
        alive = np.cumprod(1 - self.hazard, axis=1)
        before = np.searchsorted(self.day, self.summary.day, side="right")
        at = np.concatenate([np.ones((alive.shape[0], 1)), alive], axis=1)[:, before]
        return alive, at * self.summary.weight


def _inverse(models: Nuisances, arm: int, day: Floats) -> Floats:
    """One over everyone's chance to be followed up to each day, were they in the arm: (n, m)."""
    censoring = models.censoring[arm]
    if censoring is None:
        return np.ones((models.stop.size, day.size))
    relative = censoring.relative_of(in_arm(censoring, arm))
    return np.exp(np.minimum(np.outer(relative, censoring.cumulative(day, before=True)), BEYOND))


def _moved(hazard: Floats, by: Floats) -> Floats:
    """Hazards after a step on their logits."""
    odds = hazard * np.exp(np.clip(by, -BEYOND, BEYOND))
    return odds / (1 - hazard + odds)
