"""The propensity score as a nuisance: a logistic model with each subject's influence on its coefficients."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.outcome_model.hazard_model import OutcomeModelError
from analytics.propensity.logistic import fit_logistic
from analytics.propensity.model import inverse_logit
from analytics.survival.arrays import Floats


@dataclass(frozen=True)
class TreatmentModel:
    """A fitted score.

    Attributes:
        treated: (n,) 1 or 0; score: (n,) probabilities.
        terms: (n, p + 1) with the intercept; influences: (n, p + 1) on the coefficients.
    """

    treated: Floats
    score: Floats
    terms: Floats
    influences: Floats

    def influence(self, by_logit: Floats) -> Floats:
        """Influence (n,) of each subject on a sum whose terms have these derivatives by their logit (n,)."""
        return self.influences @ (by_logit @ self.terms)


def fit_treatment_model(treated: Floats, covariates: pd.DataFrame) -> TreatmentModel:
    """Fit by maximum likelihood.

    Raises:
        OutcomeModelError: the covariates separate the arms.
    """
    matrix = covariates.to_numpy(np.float64)
    # Standardised for the solver; neither score nor influence hangs on it.
    matrix = (matrix - matrix.mean(axis=0)) / np.where(matrix.std(axis=0) > 0, matrix.std(axis=0), 1.0)
    fit = fit_logistic(np.ascontiguousarray(matrix.T), treated)
    if not fit.converged:
        raise OutcomeModelError(f"treatment model: {fit.note}")
    terms = np.column_stack([np.ones(treated.size), matrix])
    score = inverse_logit(terms @ fit.coefficient)
    return TreatmentModel(treated, score, terms, ((treated - score)[:, None] * terms) @ fit.covariance)
