"""The three models that estimators of an arm's survival rest on, fitted to one data set.

Does not belong here: what is made of them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analytics.outcome_model.hazard_model import HazardModel, OutcomeModelError, Slope, fit_hazard_model
from analytics.outcome_model.treatment_model import TreatmentModel, fit_treatment_model
from analytics.survival.arrays import Floats, Marks

TREATED = "TREATED"


@dataclass(frozen=True)
class Nuisances:
    """Models of event, censoring and treatment.

    Attributes:
        stop: (n,) days; event: (n,) whether the event came then.
        outcome: of the event, with `TREATED` among its covariates.
        censoring: of the end of follow-up; None where nobody is censored.
        treatment: of the arm.
    """

    stop: Floats
    event: Marks
    outcome: HazardModel
    censoring: HazardModel | None
    treatment: TreatmentModel

    def x_of(self, arm: int) -> Floats:
        """Covariates of the outcome model as if everyone were in an arm: (n, p), less their mean."""
        x = self.outcome.x.copy()
        place = self.outcome.terms.index(TREATED)
        x[:, place] = arm - self.outcome.center[place]
        return x

    @cached_property
    def observed(self) -> Floats:
        """Inverse probability of still being followed just before one's last day: (n,)."""
        if self.censoring is None:
            return np.ones(self.stop.size)
        return np.exp(self.censoring.relative * self.censoring.cumulative(self.stop, before=True))


@dataclass(frozen=True)
class Sum:
    """A sum over subjects, its terms (n,), and its slopes by the three models; a model that does not enter has None."""

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

    def influence(self, models: Nuisances) -> Floats:
        """Each subject's own term, and how it moves those of all through the models: (n,)."""
        total = self.terms + models.treatment.influence(self.by_logit)
        if self.outcome is not None:
            total = total + models.outcome.influence(self.outcome)
        if self.censoring is not None and models.censoring is not None:
            total = total + models.censoring.influence(self.censoring)
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
) -> Nuisances:
    """Fit all three; the arm is put among the covariates of outcome and censoring.

    Args:
        stop, event: (n,) follow-up from the time zero everyone shares.
        treated: (n,) 1 or 0.
        outcome, censoring, treatment: (n, p) covariates of each, complete numbers.

    Raises:
        OutcomeModelError: a model cannot be fitted; the message names it.
    """
    arm = pd.Series(treated, index=outcome.index, name=TREATED)
    fitted = {}
    for name, ends, covariates in (("outcome", event, outcome), ("censoring", ~event, censoring)):
        if name == "censoring" and event.all():
            continue
        try:
            fitted[name] = fit_hazard_model(stop, ends, pd.concat([arm, covariates], axis=1))
        except OutcomeModelError as error:
            raise OutcomeModelError(f"{name} model: {error}") from None
    return Nuisances(
        stop, event, fitted["outcome"], fitted.get("censoring"), fit_treatment_model(treated, treatment)
    )
