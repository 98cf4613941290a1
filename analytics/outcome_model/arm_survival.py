"""Survival of both arms at given days, by g-computation, by weighting, or by both at once (doubly robust).

All three are sums over subjects; their influence functions hold what every subject does to the models, so that intervals
know that these were estimated. Of everyone the same as `ate` of R's riskRegression (Ozenne et al. 2020); restricted means
are the areas under these curves.
Does not belong here: the sums (`sums`), whom an average is over (`target`), targeted models (`targeted`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.outcome_model.curve_summary import Asked, CurveSummary, days_lived, survival_on
from analytics.outcome_model.nuisances import Nuisances, Sum
from analytics.outcome_model.sums import corrected, predicted, seen
from analytics.outcome_model.target import Target, Weights
from analytics.survival.arrays import Floats


@dataclass(frozen=True)
class ArmSurvival:
    """Survival of control and treated.

    Attributes:
        survival: (2, d) of arm 0 and 1 on each day; of a restricted mean the days lived until then.
        influence: (2, d, n) of each subject; squares sum to the variance.
    """

    survival: Floats
    influence: Floats

    def difference(self) -> tuple[Floats, Floats]:
        """Treated less control on each day, and its standard error: (d,) both."""
        return self.survival[1] - self.survival[0], np.sqrt((self._of_difference**2).sum(axis=-1))

    def degrees_of_freedom(self) -> Floats:
        """Of the difference's variance (Satterthwaite 1946): few where a few subjects make most of it; (d,).

        The variance is a sum over subjects, which itself varies by the fourth powers of their influences.
        """
        squares = self._of_difference**2
        variance = squares.sum(axis=-1)
        varies = (squares**2).sum(axis=-1) - variance**2 / squares.shape[-1]
        return np.divide(2 * variance**2, varies, out=np.full_like(variance, np.inf), where=varies > 0)

    @property
    def _of_difference(self) -> Floats:
        return self.influence[1] - self.influence[0]


def g_computation(
    models: Nuisances, target: Target, days: Floats, *, restricted_mean: bool = False
) -> ArmSurvival:
    """The outcome model's predictions, averaged as if everyone were in one arm, then in the other.

    Args:
        models: of the outcome; those of treatment and censoring are not asked.
        target: whom the average is over.
        days: (d,) on which survival is asked for.
        restricted_mean: whether the days lived until then are asked for instead.
    """
    return _solved(models, target, days, asked_for(restricted_mean), _predicted)


def weighted(
    models: Nuisances, target: Target, days: Floats, *, restricted_mean: bool = False
) -> ArmSurvival:
    """Deaths seen, weighted by treatment and by staying in follow-up; no model of the outcome. As `g_computation`."""
    return _solved(models, target, days, asked_for(restricted_mean), _seen)


def doubly_robust(
    models: Nuisances, target: Target, days: Floats, *, restricted_mean: bool = False
) -> ArmSurvival:
    """Predictions, corrected by what was seen: right where the outcome model is, or those of treatment and censoring.

    As `g_computation`. The one-step estimator.
    """
    return _solved(models, target, days, asked_for(restricted_mean), _corrected)


Loss = Callable[[Nuisances, Target, int, CurveSummary], Sum]
"""What of a summary is lost in an arm, as a sum over subjects."""


def asked_for(restricted_mean: bool) -> Asked:
    """What is asked of a curve."""
    return days_lived if restricted_mean else survival_on


def _base(models: Nuisances, target: Target) -> Weights:
    return target.base(models.treatment.treated, models.treatment.score)


def _own(models: Nuisances, target: Target, arm: int) -> Weights:
    return target.own(models.treatment.treated, models.treatment.score, arm)


def _predicted(models: Nuisances, target: Target, arm: int, summary: CurveSummary) -> Sum:
    return predicted(models, _base(models, target), arm, summary)


def _seen(models: Nuisances, target: Target, arm: int, summary: CurveSummary) -> Sum:
    return seen(models, _own(models, target, arm), arm, summary)


def _corrected(models: Nuisances, target: Target, arm: int, summary: CurveSummary) -> Sum:
    return corrected(models, _base(models, target), _own(models, target, arm), arm, summary)


def _solved(models: Nuisances, target: Target, days: Floats, asked: Asked, loss: Loss) -> ArmSurvival:
    """Survival as the whole less a ratio of sums, with the influence of each subject on it."""
    base = Sum(*_base(models, target))
    total, people = base.terms.sum(), base.influence(models, 0)
    survival, influence = np.empty((2, len(days))), np.empty((2, len(days), people.size))
    for arm in (0, 1):
        for place, day in enumerate(days):
            summary = asked(float(day), models.falls(arm))
            lost = loss(models, target, arm, summary)
            mean = lost.terms.sum() / total
            survival[arm, place] = summary.whole - mean
            influence[arm, place] = -(lost.influence(models, arm) - mean * people) / total
    return ArmSurvival(survival, influence)
