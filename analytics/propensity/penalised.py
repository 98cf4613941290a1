"""Ridge and lasso logistic scores, on glmnet's objective and scale.

Belongs here: the penalised fit for a given penalty, the path of penalties, and the choice of one by
cross-validation. Penalised coefficients carry no standard errors.
"""

from dataclasses import dataclass

import numpy as np

from analytics.propensity.logistic import MAX_ITERATIONS, _location_scale
from analytics.propensity.logistic_kernel import linear_predictor, newton_pass
from analytics.propensity.penalised_kernel import descend

MIXTURE = {"ridge": 0.0, "lasso": 1.0}
PATH_LENGTH = 40


@dataclass(frozen=True)
class PenalisedFit:
    """Coefficients (intercept first, original scale) at one penalty (glmnet's lambda)."""

    coefficient: np.ndarray
    penalty: float
    converged: bool


def fit_penalised(values: np.ndarray, outcome: np.ndarray, kind: str, penalty: float) -> PenalisedFit:
    """Minimise −log likelihood / n + penalty × (½‖b‖² or ‖b‖₁) over standardised terms.

    Newton steps on the likelihood, coordinate descent on each quadratic (Friedman, Hastie and Tibshirani 2010);
    terms are standardised with the 1/n standard deviation, the intercept is not penalised.

    Args:
        values: (p, n) coded terms without intercept.
        outcome: (n,) 0 or 1.
        kind: "ridge" or "lasso".
        penalty: glmnet's lambda, at least 0.
    """
    y = np.ascontiguousarray(outcome, dtype=np.float64)
    weights = np.ones(y.size)
    centre, scale = _location_scale(values)
    beta = np.zeros(values.shape[0] + 1)
    beta[0] = np.log(y.mean() / (1.0 - y.mean()))
    lasso = y.size * penalty * MIXTURE[kind]
    ridge = y.size * penalty * (1.0 - MIXTURE[kind])
    converged = False
    for _ in range(MAX_ITERATIONS):
        _, gradient, information = newton_pass(values, centre, scale, y, weights, beta)
        updated = descend(beta, gradient, information, lasso, ridge)
        converged = bool(np.max(np.abs(updated - beta)) < 1e-10)
        beta = updated
        if converged:
            break
    slope = beta[1:] / scale
    coefficient = np.concatenate([[beta[0] - float(slope @ centre)], slope])
    return PenalisedFit(coefficient, float(penalty), converged)


def penalty_path(values: np.ndarray, outcome: np.ndarray, kind: str) -> np.ndarray:
    """Penalties from the one that empties the lasso downwards, as glmnet (ridge: a thousand times that)."""
    y = np.asarray(outcome, dtype=np.float64)
    centre, scale = _location_scale(values)
    covariance = np.abs((values - centre[:, None]) @ (y - y.mean())) / scale / y.size
    largest = float(covariance.max()) * (1.0 if kind == "lasso" else 1000.0)
    return np.geomspace(largest, largest * 1e-4, PATH_LENGTH)


def choose_penalty(
    values: np.ndarray, outcome: np.ndarray, kind: str, *, folds: int = 10, seed: int = 0
) -> float:
    """The penalty of least cross-validated deviance.

    Folds are drawn within arms from `seed` in the order of the rows given, so callers sort rows by subject key.
    """
    y = np.asarray(outcome, dtype=np.float64)
    fold = _folds(y, folds, seed)
    path = penalty_path(values, y, kind)
    loss = np.zeros(path.size)
    for held in range(folds):
        train, test = fold != held, fold == held
        if not test.any():
            continue
        terms, held_terms = np.ascontiguousarray(values[:, train]), np.ascontiguousarray(values[:, test])
        for position, penalty in enumerate(path):
            b = fit_penalised(terms, y[train], kind, float(penalty)).coefficient
            eta = linear_predictor(held_terms, b[0], b[1:])
            loss[position] += float(np.sum(np.logaddexp(0.0, eta) - y[test] * eta))
    return float(path[int(np.argmin(loss))])


def _folds(outcome: np.ndarray, folds: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    fold = np.empty(outcome.size, dtype=np.int64)
    for arm in (0.0, 1.0):
        rows = np.flatnonzero(outcome == arm)
        fold[rows] = generator.permutation(np.arange(rows.size) % folds)
    return fold
