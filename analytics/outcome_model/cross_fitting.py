"""The doubly robust estimator with models of each subject fitted to others, so that they may be learners.

Subjects are shared out over folds; what a fold adds comes from models of the other folds, and so no subject is judged by a
model that knew how it fared. The score is orthogonal to what the models get wrong, so that their errors enter as products
alone and influence functions need not follow them (Chernozhukov et al. 2018).
Does not belong here: how a model is fitted (`nuisances`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.outcome_model.arm_survival import ArmSurvival, asked_for
from analytics.outcome_model.curve_summary import CurveSummary
from analytics.outcome_model.nuisances import Nuisances, fit_nuisances
from analytics.outcome_model.sums import corrected
from analytics.outcome_model.target import Target
from analytics.propensity.folds import folds_within_arms
from analytics.survival.arrays import Floats, Integers, Marks


@dataclass(frozen=True)
class CrossFitted:
    """Models of everyone but a fold, fold by fold.

    Attributes:
        fold: (n,) number of the fold of each subject.
        without: the models that were fitted without each fold.
    """

    fold: Integers
    without: tuple[Nuisances, ...]


def fit_cross_fitted(
    stop: Floats,
    event: Marks,
    treated: Floats,
    covariates: pd.DataFrame,
    *,
    folds: int,
    seed: int,
    boosted: bool = False,
) -> CrossFitted:
    """Fit Cox models of death and of censoring in each arm, and the score, once without each fold.

    Args:
        stop, event: (n,) follow-up from the time zero everyone shares, in the order of the subject key.
        treated: (n,) 1 or 0.
        covariates: (n, p) of all models, complete numbers.
        folds: how many.
        seed: of the folds, which are drawn within arms.
        boosted: whether the score is gradient boosting instead of logistic.

    Raises:
        OutcomeModelError: a model cannot be fitted without a fold; the message names it.
    """
    fold = folds_within_arms(treated, folds, seed)
    without = tuple(
        fit_nuisances(
            stop,
            event,
            treated,
            covariates,
            covariates,
            covariates,
            members=fold != number,
            learner_seed=seed if boosted else None,
        )
        for number in range(folds)
    )
    return CrossFitted(fold, without)


def cross_fitted(
    models: CrossFitted, target: Target, days: Floats, *, restricted_mean: bool = False
) -> ArmSurvival:
    """As `arm_survival.doubly_robust`, with each subject's terms from the models that did not know it."""
    asked, n = asked_for(restricted_mean), models.fold.size
    base = _held_out(models, [_orthogonal_base(each, target) for each in models.without])
    survival, influence = np.empty((2, len(days))), np.empty((2, len(days), n))
    for arm in (0, 1):
        for place, day in enumerate(days):
            summaries = [asked(float(day), each.falls(arm)) for each in models.without]
            known = zip(models.without, summaries, strict=True)
            lost = _held_out(models, [_terms(each, target, arm, summary) for each, summary in known])
            mean = lost.sum() / base.sum()
            survival[arm, place] = summaries[0].whole - mean
            influence[arm, place] = -(lost - mean * base) / base.sum()
    return ArmSurvival(survival, influence)


def _terms(models: Nuisances, target: Target, arm: int, summary: CurveSummary) -> Floats:
    base = _orthogonal_base(models, target)
    own = target.own(models.treatment.treated, models.treatment.score, arm)
    return corrected(models, (base, np.zeros_like(base)), own, arm, summary).terms


def _orthogonal_base(models: Nuisances, target: Target) -> Floats:
    """Weights in the average of predictions, corrected for what a wrong score does to them.

    With h the weight by score e it is h + h'(e) (a − e); of the overlap (a − e)² (Crump et al. 2009).
    """
    treated, score = models.treatment.treated, models.treatment.score
    weight, by_logit = target.base(treated, score)
    return weight + by_logit * (treated - score) / (score * (1 - score))


def _held_out(models: CrossFitted, values: list[Floats]) -> Floats:
    """Of each subject what the models without it say."""
    return np.choose(models.fold, values)
