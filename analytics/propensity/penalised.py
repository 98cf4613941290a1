"""Ridge, lasso and elastic-net logistic scores, on glmnet's objective and scale.

Belongs here: scikit-learn's fit for a given penalty on that scale, the path of penalties, and the choice of one by
cross-validation, whose path is glmnet's and whose folds are drawn within arms. Penalised coefficients carry no
standard errors.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from analytics.one_thread import one_blas_thread
from analytics.propensity.folds import folds_within_arms
from analytics.propensity.logistic import MAX_ITERATIONS, _location_scale
from analytics.propensity.logistic_kernel import linear_predictor

PATH_LENGTH = 40
STEP_TOLERANCE = 1e-10
RIDGE_TOLERANCE, LASSO_TOLERANCE = 1e-12, 1e-15
MAX_SWEEPS = 10_000
# As glmnet: a probability nearer to 0 or 1 (2e-9) would leave its row no weight.
LARGEST_LOGIT = 20.0


@dataclass(frozen=True)
class PenalisedFit:
    """Coefficients (intercept first, original scale) at one penalty (glmnet's lambda)."""

    coefficient: np.ndarray
    penalty: float
    converged: bool


def fit_penalised(values: np.ndarray, outcome: np.ndarray, mixing: float, penalty: float) -> PenalisedFit:
    """Minimise −log likelihood / n + penalty × (½ (1 − mixing) ‖b‖² + mixing ‖b‖₁) over standardised terms.

    The minimum is scikit-learn's; terms are standardised with the 1/n standard deviation, the intercept is not
    penalised. One thread and ten digits of each coefficient, since a score's last bit chooses pairs.

    Args:
        values: (p, n) coded terms without intercept.
        outcome: (n,) 0 or 1.
        mixing: glmnet's alpha: 0 for a ridge, 1 for a lasso, between them an elastic net.
        penalty: glmnet's lambda, above 0.
    """
    centre, scale = _location_scale(values)
    terms = np.asfortranarray(((values - centre[:, None]) / scale[:, None]).T)
    with one_blas_thread(), warnings.catch_warnings():
        beta, converged = (
            _sparse(terms, outcome, penalty, mixing) if mixing else _ridge(terms, outcome, penalty)
        )
    slope = beta[1:] / scale
    exact = [beta[0] - float(slope @ centre), *slope]
    return PenalisedFit(np.array([float(f"{number:.10g}") for number in exact]), float(penalty), converged)


def _ridge(terms: np.ndarray, outcome: np.ndarray, penalty: float) -> tuple[np.ndarray, bool]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=1.0 / (outcome.size * penalty),
        solver="newton-cholesky",
        tol=RIDGE_TOLERANCE,
        max_iter=MAX_ITERATIONS,
    ).fit(terms, outcome)
    return np.append(model.intercept_, model.coef_[0]), bool(model.n_iter_[0] < MAX_ITERATIONS)


def _sparse(terms: np.ndarray, outcome: np.ndarray, penalty: float, mixing: float) -> tuple[np.ndarray, bool]:
    """Newton steps on the likelihood, the elastic net of each quadratic (Friedman, Hastie and Tibshirani 2010).

    `LogisticRegression` has one too, but its `saga` watches the slopes alone: near the penalty that empties the
    model, a pass that leaves them at zero is the end for it, though the intercept still moves.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import ElasticNet

    # Whether the end was reached is judged here, by the steps.
    warnings.simplefilter("ignore", ConvergenceWarning)
    quadratic = ElasticNet(l1_ratio=mixing, tol=LASSO_TOLERANCE, max_iter=MAX_SWEEPS, precompute=True)
    beta = np.zeros(terms.shape[1] + 1)
    beta[0] = np.log(outcome.mean() / (1.0 - outcome.mean()))
    for _ in range(MAX_ITERATIONS):
        eta = beta[0] + terms @ beta[1:]
        chance = 1.0 / (1.0 + np.exp(-np.clip(eta, -LARGEST_LOGIT, LARGEST_LOGIT)))
        weight = chance * (1.0 - chance)
        quadratic.set_params(alpha=outcome.size * penalty / weight.sum())
        quadratic.fit(terms, eta + (outcome - chance) / weight, sample_weight=weight)
        before, beta = beta, np.append(quadratic.intercept_, quadratic.coef_)
        if np.max(np.abs(beta - before)) < STEP_TOLERANCE:
            return beta, True
    return beta, False


def penalty_path(values: np.ndarray, outcome: np.ndarray, mixing: float) -> np.ndarray:
    """Penalties from the one that empties the model downwards, as glmnet, for which a ridge has a mixing of a thousandth."""
    y = np.asarray(outcome, dtype=np.float64)
    centre, scale = _location_scale(values)
    covariance = np.abs((values - centre[:, None]) @ (y - y.mean())) / scale / y.size
    largest = float(covariance.max()) / max(mixing, 1e-3)
    return np.geomspace(largest, largest * 1e-4, PATH_LENGTH)


def choose_penalty(
    values: np.ndarray, outcome: np.ndarray, mixing: float, *, folds: int = 10, seed: int = 0
) -> float:
    """The penalty of least cross-validated deviance.

    Folds are drawn within arms from `seed` in the order of the rows given, so callers sort rows by subject key.
    """
    y = np.asarray(outcome, dtype=np.float64)
    fold = folds_within_arms(y, folds, seed)
    path = penalty_path(values, y, mixing)
    loss = np.zeros(path.size)
    for held in range(folds):
        train, test = fold != held, fold == held
        if not test.any():
            continue
        terms, held_terms = np.ascontiguousarray(values[:, train]), np.ascontiguousarray(values[:, test])
        for position, penalty in enumerate(path):
            b = fit_penalised(terms, y[train], mixing, float(penalty)).coefficient
            eta = linear_predictor(held_terms, b[0], b[1:])
            loss[position] += float(np.sum(np.logaddexp(0.0, eta) - y[test] * eta))
    return float(path[int(np.argmin(loss))])
