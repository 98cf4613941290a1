"""One fitted propensity model: the study's door to the score.

Belongs here: choosing the estimator, row order, the fitted model as a value, and applying stored coefficients
to other subjects. Outcomes never enter.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.propensity.boosting import score_from_others
from analytics.propensity.diagnostics import area_under_curve
from analytics.propensity.logistic import fit_logistic
from analytics.propensity.logistic_kernel import linear_predictor
from analytics.propensity.penalised import choose_penalty, fit_penalised
from analytics.propensity.score_terms import PropensityError, check_predictors, score_terms

INTERCEPT, BOOSTED = "(Intercept)", "gradient_boosting"
PENALISED = {"ridge": 0.0, "lasso": 1.0}
KINDS = ("logistic", *PENALISED, "elastic_net", BOOSTED)
TREES = "trees have no coefficients; the score of each subject is learnt from the others"
ADDS_NOTHING = 1e-10
"""Share of its variance that a term has of its own, below which a fit by maximum likelihood has been refused for it."""


@dataclass(frozen=True)
class PropensityModel:
    """A fitted score.

    Attributes:
        kind: of `KINDS`.
        terms: "(Intercept)", then one name per coded covariate.
        coefficient: per term, on the covariates' own scale; trees have the intercept alone, where they start.
        standard_error: per term; null for penalised fits.
        logit: linear predictor of the subjects fitted, in the order of the rows given.
        propensity: the same as probabilities.
        auc: area under the receiver operating curve among the subjects fitted.
        penalty: glmnet's lambda, or None; mixing: its alpha, or None.
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
    mixing: float | None = None
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
    mixing: float = 0.5,
    folds: int = 10,
    seed: int = 0,
) -> PropensityModel:
    """Fit the probability of treatment given covariates.

    Args:
        covariates: (n, p) complete columns; text columns are categories (first level in order is reference).
        treated: (n,) 1 treated, 0 control.
        ids: (n,) subject keys; when given the fit does not depend on the order of rows by a single bit. On that of
            columns it never does: sums go by the alphabetical order of terms.
        kind: "logistic" (as R's glm binomial), "ridge", "lasso" or "elastic_net" (as glmnet), or "gradient_boosting", where
            each has a score learnt from others.
        penalty: glmnet's lambda of a penalised one; None chooses by cross-validation with `folds` and `seed`.
        mixing: glmnet's alpha of an elastic net.

    Raises:
        PropensityError: a constant, perfect, missing or redundant covariate, named; or the covariates
            together separate the arms.
    """
    if kind not in KINDS:
        raise PropensityError(f"score model {kind!r} is not one of {', '.join(KINDS)}")
    arm = np.asarray(treated, dtype=np.float64)
    coded = score_terms(covariates)
    check_predictors(covariates, arm)
    by_name = _by_name(coded.terms)
    terms = coded.matrix[by_name]
    order = np.arange(arm.size) if ids is None else np.argsort(np.asarray(ids), kind="stable")
    values, outcome = np.take(terms, order, axis=1), arm[order]
    if kind == BOOSTED:
        return _boosted(values, outcome, order, seed)
    if kind == "logistic":
        fit = fit_logistic(values, outcome)
        if not fit.converged:
            raise PropensityError(f"propensity score: {fit.note}{_redundant(coded.matrix, coded.terms)}")
        found = _Linear(fit.coefficient, fit.standard_error, fit.iterations)
    else:
        share = PENALISED.get(kind, mixing)
        chosen = (
            choose_penalty(values, outcome, share, folds=folds, seed=seed) if penalty is None else penalty
        )
        found = _penalised(values, outcome, kind, share, chosen)
    return found.model(kind, coded.terms, by_name, terms, arm)


@dataclass(frozen=True)
class _Linear:
    """A fit whose logit is a sum of terms; the intercept first, then terms by name."""

    coefficient: np.ndarray
    standard_error: np.ndarray
    iterations: int
    penalty: float | None = None
    mixing: float | None = None
    note: str | None = None

    def model(
        self, kind: str, names: tuple[str, ...], by_name: np.ndarray, terms: np.ndarray, arm: np.ndarray
    ) -> PropensityModel:
        """With the terms in the order given, and what it says of the subjects."""
        logit = linear_predictor(terms, self.coefficient[0], self.coefficient[1:])
        as_given = np.concatenate([[0], np.argsort(by_name) + 1])
        return PropensityModel(
            kind=kind,
            terms=(INTERCEPT, *names),
            coefficient=self.coefficient[as_given],
            standard_error=self.standard_error[as_given],
            logit=logit,
            propensity=inverse_logit(logit),
            auc=area_under_curve(arm, logit),
            n_treated=int(arm.sum()),
            n_control=int(arm.size - arm.sum()),
            iterations=self.iterations,
            penalty=self.penalty,
            mixing=self.mixing,
            note=self.note,
        )


def _penalised(values: np.ndarray, outcome: np.ndarray, kind: str, mixing: float, penalty: float) -> _Linear:
    shrunken = fit_penalised(values, outcome, mixing, penalty)
    if not shrunken.converged:
        raise PropensityError(
            f"propensity score: the {kind} was not reached at penalty {penalty:g}; raise the penalty"
        )
    note = f"{kind} coefficients are shrunken and carry no standard errors"
    nothing = np.full(shrunken.coefficient.size, np.nan)
    return _Linear(shrunken.coefficient, nothing, 0, penalty, mixing, note)


def _boosted(values: np.ndarray, outcome: np.ndarray, order: np.ndarray, seed: int) -> PropensityModel:
    """Scores learnt from others, in the order of the rows given; trees have no coefficients but the odds they start from."""
    propensity = np.empty(outcome.size)
    propensity[order] = score_from_others(np.ascontiguousarray(values.T), outcome, seed)
    arm = np.empty(outcome.size)
    arm[order] = outcome
    logit, n_treated = np.log(propensity / (1 - propensity)), int(arm.sum())
    return PropensityModel(
        kind=BOOSTED,
        terms=(INTERCEPT,),
        coefficient=np.array([np.log(n_treated / (arm.size - n_treated))]),
        standard_error=np.full(1, np.nan),
        logit=logit,
        propensity=propensity,
        auc=area_under_curve(arm, logit),
        n_treated=n_treated,
        n_control=int(arm.size - n_treated),
        iterations=0,
        note=TREES,
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
