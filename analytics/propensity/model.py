"""One fitted propensity model: the study's door to the score.

Belongs here: choosing the estimator, row order, the fitted model as a value, and applying stored coefficients
to other subjects. Outcomes never enter.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.propensity.diagnostics import area_under_curve
from analytics.propensity.logistic import fit_logistic
from analytics.propensity.logistic_kernel import linear_predictor
from analytics.propensity.penalised import choose_penalty, fit_penalised
from analytics.propensity.score_terms import PropensityError, check_predictors, score_terms

ADDS_NOTHING = 1e-10
"""Share of its variance that a term has of its own, below which a fit by maximum likelihood has been refused for it."""


@dataclass(frozen=True)
class PropensityModel:
    """A fitted score.

    Attributes:
        kind: "logistic", "ridge" or "lasso".
        terms: "(Intercept)", then one name per coded covariate.
        coefficient: per term, on the covariates' own scale.
        standard_error: per term; null for penalised fits.
        logit: linear predictor of the subjects fitted, in the order of the rows given.
        propensity: the same as probabilities.
        auc: area under the receiver operating curve among the subjects fitted.
        penalty: glmnet's lambda, or None.
    """

    kind: str
    terms: tuple[str, ...]
    coefficient: np.ndarray
    standard_error: np.ndarray
    logit: np.ndarray
    propensity: np.ndarray
    auc: float
    n_treated: int
    n_control: int
    iterations: int
    penalty: float | None = None
    note: str | None = None

    def table(self) -> pd.DataFrame:
        """One row per term: term, coefficient, standard_error."""
        return pd.DataFrame(
            {"term": self.terms, "coefficient": self.coefficient, "standard_error": self.standard_error}
        )


def fit_propensity(
    covariates: pd.DataFrame,
    treated: np.ndarray,
    *,
    ids: np.ndarray | None = None,
    kind: str = "logistic",
    penalty: float | None = None,
    folds: int = 10,
    seed: int = 0,
) -> PropensityModel:
    """Fit the probability of treatment given covariates.

    Args:
        covariates: (n, p) complete columns; text columns are categories (first level in order is reference).
        treated: (n,) 1 treated, 0 control.
        ids: (n,) subject keys; when given the fit does not depend on the order of rows by a single bit. On that of
            columns it never does: sums go by the alphabetical order of terms.
        kind: "logistic" (as R's glm binomial), "ridge" or "lasso" (as glmnet).
        penalty: glmnet's lambda for ridge and lasso; None chooses by cross-validation with `folds` and `seed`.

    Raises:
        PropensityError: a constant, perfect, missing or redundant covariate, named; or the covariates
            together separate the arms.
    """
    if kind not in ("logistic", "ridge", "lasso"):
        raise PropensityError(f"score model {kind!r} is not one of logistic, ridge, lasso")
    arm = np.asarray(treated, dtype=np.float64)
    coded = score_terms(covariates)
    check_predictors(covariates, arm)
    by_name = _by_name(coded.terms)
    terms = coded.matrix[by_name]
    values, outcome = (terms, arm) if ids is None else _in_order(np.asarray(ids), terms, arm)
    if kind == "logistic":
        fit = fit_logistic(values, outcome)
        if not fit.converged:
            raise PropensityError(f"propensity score: {fit.note}{_redundant(coded.matrix, coded.terms)}")
        coefficient, standard_error, iterations = fit.coefficient, fit.standard_error, fit.iterations
    else:
        penalty = (
            choose_penalty(values, outcome, kind, folds=folds, seed=seed) if penalty is None else penalty
        )
        shrunken = fit_penalised(values, outcome, kind, penalty)
        if not shrunken.converged:
            raise PropensityError(
                f"propensity score: the {kind} was not reached at penalty {penalty:g}; raise the penalty"
            )
        coefficient = shrunken.coefficient
        standard_error, iterations = np.full(coefficient.size, np.nan), 0
    logit = linear_predictor(terms, coefficient[0], coefficient[1:])
    as_given = np.concatenate([[0], np.argsort(by_name) + 1])
    return PropensityModel(
        kind=kind,
        terms=("(Intercept)", *coded.terms),
        coefficient=coefficient[as_given],
        standard_error=standard_error[as_given],
        logit=logit,
        propensity=inverse_logit(logit),
        auc=area_under_curve(arm, logit),
        n_treated=int(arm.sum()),
        n_control=int(arm.size - arm.sum()),
        iterations=iterations,
        penalty=penalty if kind != "logistic" else None,
        note=None if kind == "logistic" else f"{kind} coefficients are shrunken and carry no standard errors",
    )


def inverse_logit(logit: np.ndarray) -> np.ndarray:
    """Probability of a logit."""
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


def score_logit(terms: tuple[str, ...], coefficient: np.ndarray, covariates: pd.DataFrame) -> np.ndarray:
    """Logit of the score of any subjects under stored coefficients (a frozen model).

    Args:
        terms: as `PropensityModel.terms`, intercept first.
        coefficient: one per term.
        covariates: columns that the terms name.

    Raises:
        PropensityError: a covariate of the model is absent or has missing values.
    """
    names = list(dict.fromkeys(_column_of(term, covariates) for term in terms[1:]))
    coded = score_terms(covariates[names], terms=tuple(terms[1:]))
    by_name = _by_name(coded.terms)
    slope = np.asarray(coefficient[1:], dtype=float)[by_name]
    return linear_predictor(coded.matrix[by_name], float(coefficient[0]), slope)


def _in_order(ids: np.ndarray, terms: np.ndarray, arm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(ids, kind="stable")
    return np.take(terms, order, axis=1), arm[order]


def _by_name(terms: tuple[str, ...]) -> np.ndarray:
    """Numbers of the terms in alphabetical order."""
    return np.asarray(np.argsort(np.asarray(terms, dtype=object), kind="stable"), dtype=np.int64)


def _column_of(term: str, covariates: pd.DataFrame) -> str:
    name = term if term in covariates.columns else term.split("=", maxsplit=1)[0]
    if name not in covariates.columns:
        raise PropensityError(f"covariate {name} of the score model is not in the data")
    return name


def _redundant(values: np.ndarray, terms: tuple[str, ...]) -> str:
    """Names the first terms that add nothing, or next to nothing, to those before them."""
    centred = values - values.mean(axis=1, keepdims=True)
    named = []
    kept: list[int] = []
    for j in range(len(terms)):
        basis = centred[kept].T
        fitted = basis @ np.linalg.lstsq(basis, centred[j], rcond=None)[0] if kept else 0.0
        if np.sum((centred[j] - fitted) ** 2) <= ADDS_NOTHING * max(np.sum(centred[j] ** 2), 1e-300):
            named.append(terms[j])
        else:
            kept.append(j)
    return f" (redundant: {', '.join(named)})" if named else ""
