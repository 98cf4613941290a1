"""The propensity score as a nuisance: a logistic model with each subject's influence on its coefficients, or a learner.

Does not belong here: the score that is matched on (`analytics.propensity.model`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.outcome_model.hazard_model import OutcomeModelError
from analytics.propensity.boosting import learn_score
from analytics.propensity.logistic import fit_logistic
from analytics.propensity.model import inverse_logit
from analytics.propensity.score_terms import PropensityError
from analytics.survival.arrays import Floats, Marks


@dataclass(frozen=True)
class TreatmentModel:
    """A fitted score.

    Attributes:
        treated: (n,) 1 or 0; score: (n,) probabilities.
        terms: (n, p + 1) with the intercept; influences: (n, p + 1) on the coefficients. A learner has none (p = -1): who
            uses one does not fit it to the people whose scores are taken.
    """

    treated: Floats
    score: Floats
    terms: Floats
    influences: Floats

    def influence(self, by_logit: Floats) -> Floats:
        """Influence (n,) of each subject on a sum whose terms have these derivatives by their logit (n,)."""
        return self.influences @ (by_logit @ self.terms)


def fit_treatment_model(
    treated: Floats, covariates: pd.DataFrame, members: Marks | None = None
) -> TreatmentModel:
    """Fit by maximum likelihood.

    Args:
        treated: (n,) 1 or 0.
        covariates: (n, p) complete numbers.
        members: (n,) whom it is fitted to; None for everyone. The others have a score, and move nothing.

    Raises:
        OutcomeModelError: the covariates separate the arms.
    """
    mine = np.ones(treated.size, dtype=bool) if members is None else members
    matrix = covariates.to_numpy(np.float64)
    # Standardised for the solver; neither score nor influence hangs on it.
    matrix = (matrix - matrix.mean(axis=0)) / np.where(matrix.std(axis=0) > 0, matrix.std(axis=0), 1.0)
    fit = fit_logistic(np.ascontiguousarray(matrix[mine].T), treated[mine])
    if not fit.converged:
        raise OutcomeModelError(f"treatment model: {fit.note}")
    terms = np.column_stack([np.ones(treated.size), matrix])
    score = inverse_logit(terms @ fit.coefficient)
    influences = ((mine * (treated - score))[:, None] * terms) @ fit.covariance
    return TreatmentModel(treated, score, terms, influences)


def learn_treatment(treated: Floats, covariates: pd.DataFrame, members: Marks, seed: int) -> TreatmentModel:
    """Gradient boosting with calibrated probabilities, learnt from the members; as `fit_treatment_model`.

    Raises:
        OutcomeModelError: an arm has too few members to calibrate on.
    """
    matrix = covariates.to_numpy(np.float64)
    try:
        score = learn_score(matrix[members], treated[members], seed)(matrix)
    except PropensityError as error:
        raise OutcomeModelError(f"treatment model: {error}") from None
    return TreatmentModel(treated, score, np.empty((treated.size, 0)), np.empty((treated.size, 0)))
