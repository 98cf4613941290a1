"""The three models that estimators of an arm's survival rest on, fitted to one data set.

Does not belong here: what is made of them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.outcome_model.hazard_model import HazardModel, OutcomeModelError, Slope, fit_hazard_model
from analytics.outcome_model.treatment_model import TreatmentModel, fit_treatment_model, learn_treatment
from analytics.survival.arrays import Floats, Marks

TREATED = "TREATED"
PER_DAY = 16
"""Groups that the censorings of a day are made one after the other in."""


@dataclass(frozen=True)
class Nuisances:
    """Models of event, censoring and treatment.

    Attributes:
        stop: (n,) days; event: (n,) whether the event came then.
        leaves: (n,) the same days, with the order within each (`order_within_days`).
        outcome: of the event in arm 0 and 1: one model with `TREATED` among its covariates twice, or one for each arm.
        censoring: of the end of follow-up, likewise; None where nobody of an arm is censored.
        treatment: of the arm.
    """

    stop: Floats
    event: Marks
    leaves: Floats
    outcome: tuple[HazardModel, HazardModel]
    censoring: tuple[HazardModel | None, HazardModel | None]
    treatment: TreatmentModel

    def x_of(self, arm: int) -> Floats:
        """Covariates of the outcome model as if everyone were in an arm: (n, p), less their mean."""
        return in_arm(self.outcome[arm], arm)

    def falls(self, arm: int) -> Floats:
        """Days on which the curve of an arm falls: those of its model, and those of subjects that it was not fitted to."""
        died = self.event & (self.treatment.treated == arm)
        return np.union1d(self.outcome[arm].day, self.stop[died])


def order_within_days(stop: Floats, event: Marks, covariates: pd.DataFrame) -> Floats:
    """Days with the order in which those of one day end: events first, then censorings, one group after the other.

    Who dies on a day was not at risk to be censored after it, and of two who are censored the second is at risk when the
    first is: without this order censoring would be underrated, by as much as days are coarse. Groups are `PER_DAY` at most,
    since what is computed grows with them. Who is in which follows from covariates, scrambled, so that neither names nor the
    order of rows decide, and no covariate is earlier than another.

    Args:
        stop: (n,) whole days, or finer; event: (n,) whether the event came then.
        covariates: (n, p) numbers.
    """
    matrix = covariates[sorted(covariates.columns)].to_numpy(float)
    scrambled = np.mod(997 * matrix @ np.sqrt(np.arange(2, 2 + matrix.shape[1])), 1.0)
    days, day = np.unique(stop, return_inverse=True)
    gap = np.diff(np.append(days, days[-1] + 1.0))[day] if days.size else stop
    number = np.bincount(day[~event], minlength=days.size)
    order = np.lexsort((scrambled[~event], day[~event]))
    first = np.cumsum(number) - number
    rank = np.empty(order.size)
    rank[order] = np.arange(order.size) - first[day[~event]][order]
    groups = np.minimum(number[day[~event]], PER_DAY)
    group = np.floor(rank * groups / np.maximum(number[day[~event]], 1))
    leaves = stop.astype(float)
    leaves[~event] += gap[~event] * (group + 1) / (PER_DAY + 2)
    return leaves


def in_arm(model: HazardModel, arm: int) -> Floats:
    """Covariates of a model as if everyone were in an arm: (n, p), less their mean."""
    if TREATED not in model.terms:
        return model.x
    x, place = model.x.copy(), model.terms.index(TREATED)
    x[:, place] = arm - model.center[place]
    return x


@dataclass(frozen=True)
class Sum:
    """A sum over subjects, its terms (n,), and its slopes by the models of an arm; a model that does not enter has None."""

    terms: Floats
    by_logit: Floats
    outcome: Slope | None = None
    censoring: Slope | None = None

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.terms + other.terms,
            self.by_logit + other.by_logit,
            _both(self.outcome, other.outcome),
            _both(self.censoring, other.censoring),
        )

    def influence(self, models: Nuisances, arm: int) -> Floats:
        """Each subject's own term, and how it moves those of all through the models of the arm: (n,)."""
        total, censoring = self.terms + models.treatment.influence(self.by_logit), models.censoring[arm]
        if self.outcome is not None:
            total = total + models.outcome[arm].influence(self.outcome)
        if self.censoring is not None and censoring is not None:
            total = total + censoring.influence(self.censoring)
        return total


def _both(one: Slope | None, other: Slope | None) -> Slope | None:
    return one + other if one is not None and other is not None else one or other


def fit_nuisances(
    stop: Floats,
    event: Marks,
    treated: Floats,
    outcome: pd.DataFrame,
    censoring: pd.DataFrame,
    treatment: pd.DataFrame,
    *,
    by_arm: bool = True,
    members: Marks | None = None,
    learner_seed: int | None = None,
) -> Nuisances:
    """Fit all three kinds.

    Args:
        stop, event: (n,) follow-up from the time zero everyone shares.
        treated: (n,) 1 or 0.
        outcome, censoring, treatment: (n, p) covariates of each, complete numbers.
        by_arm: whether outcome and censoring have a model in each arm, which supposes no constant ratio of the arms' hazards
            and lets the sources lose patients each in its way; else one with the arm among its covariates.
        members: (n,) whom all are fitted to; None for everyone.
        learner_seed: of gradient boosting for the treatment, learnt from the members; None for a logistic model.

    Raises:
        OutcomeModelError: a model cannot be fitted; the message names it.
    """
    everyone = np.ones(stop.size, dtype=bool) if members is None else members
    arms = (everyone & (treated == 0), everyone & (treated == 1))

    known = pd.concat([outcome, censoring, treatment], axis=1)
    leaves = order_within_days(stop, event, known.loc[:, ~known.columns.duplicated()])

    def fitted(name: str, ends: Marks, covariates: pd.DataFrame, of: Marks) -> HazardModel | None:
        if name == "censoring" and not ends[of].any():
            return None
        try:
            return fit_hazard_model(leaves if name == "censoring" else stop, ends, covariates, of)
        except OutcomeModelError as error:
            whose = "" if of is everyone else f" of {'treated' if of is arms[1] else 'controls'}"
            raise OutcomeModelError(f"{name} model{whose}: {error}") from None

    def of_both(name: str, ends: Marks, covariates: pd.DataFrame) -> tuple[Any, Any]:
        if by_arm:
            return fitted(name, ends, covariates, arms[0]), fitted(name, ends, covariates, arms[1])
        arm = pd.Series(treated, index=covariates.index, name=TREATED)
        together = fitted(name, ends, pd.concat([arm, covariates], axis=1), everyone)
        return together, together

    return Nuisances(
        stop,
        event,
        leaves,
        of_both("outcome", event, outcome),
        of_both("censoring", ~event, censoring),
        fit_treatment_model(treated, treatment, members)
        if learner_seed is None
        else learn_treatment(treated, treatment, everyone, learner_seed),
    )
