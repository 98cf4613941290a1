"""Logistic regression by maximum likelihood, as R's `glm(family = binomial)`.

Belongs here: the fit on coded terms, with its covariance. Coding and refusals are in `score_terms`,
penalised fits in `penalised`. scikit-learn's unpenalised fit gives the same coefficients but no covariance, no reason
when the arms are separated, and sums in an order that its BLAS chooses, while a score's last bit chooses pairs; on the
few hundred rows that a bootstrap refits thousands of times it takes four times as long.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from analytics.propensity.logistic_kernel import REACHED, newton_pass, newton_steps

MAX_ITERATIONS = 50
# Newton's error squares at each step: once a step is this small, the next one is below rounding.
STEP_TOLERANCE = 1e-9
# Where a term, or a combination of terms, keeps less than this share of its information at the start, the fit has run off
# to 0 and 1 in its direction: the arms are separated.
LEAST_INFORMATION = 1e-9
SEPARATED = "the covariates together separate the arms"


@dataclass(frozen=True)
class LogisticFit:
    """A fitted logistic regression.

    Attributes:
        coefficient: (p + 1,), intercept first.
        covariance: (p + 1, p + 1), the inverse of the observed information.
        log_likelihood: at the estimate.
        iterations: Newton steps taken.
        converged: False when the estimate is not finite or was not reached.
        note: why not, or None.
    """

    coefficient: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    iterations: int
    converged: bool
    note: str | None = None

    @property
    def standard_error(self) -> np.ndarray:
        return np.sqrt(np.diag(self.covariance))


def fit_logistic(values: np.ndarray, outcome: np.ndarray, weights: np.ndarray | None = None) -> LogisticFit:
    """Fit by Newton's method (for the logit link the same as Fisher scoring; McCullagh and Nelder 1989).

    Args:
        values: (p, n) coded terms without intercept, finite.
        outcome: (n,) 0 or 1.
        weights: (n,) non-negative case weights, or None.

    Returns:
        The fit; separation and rank deficiency come back as `converged = False` with a note, not an exception.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    y = np.ascontiguousarray(outcome, dtype=np.float64)
    w = np.ones(y.size) if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    centre, scale = _location_scale(values)
    beta = np.zeros(values.shape[0] + 1)
    share = float(np.sum(w * y) / np.sum(w)) if y.size else np.nan
    if not 0.0 < share < 1.0:
        return _failed(values.shape[0], 0, "one arm is empty")
    beta[0] = np.log(share / (1.0 - share))
    _, _, at_start = newton_pass(values, centre, scale, y, w, beta)
    if not _full_rank(at_start):
        return _failed(values.shape[0], 0, "a covariate is constant or a linear combination of the others")
    try:
        beta, log_likelihood, information, taken, state = newton_steps(
            values, centre, scale, y, w, beta, MAX_ITERATIONS, STEP_TOLERANCE, LEAST_INFORMATION
        )
    except np.linalg.LinAlgError:
        return _failed(values.shape[0], 0, SEPARATED)
    if state != REACHED or not _informed(information, at_start):
        return _failed(values.shape[0], taken, SEPARATED)
    return _finish(centre, scale, beta, information, log_likelihood, taken)


def _location_scale(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    centre = values.mean(axis=1)
    spread = values.std(axis=1)
    return centre, np.where(spread > 0, spread, 1.0)


def _full_rank(information: np.ndarray) -> bool:
    root = np.sqrt(np.diag(information))
    if not np.all(root > 0):
        return False
    return bool(np.linalg.eigvalsh(information / np.outer(root, root))[0] > 1e-11)


def _informed(information: np.ndarray, at_start: np.ndarray) -> bool:
    """Whether no combination of terms has lost its information, however little each term by itself has."""
    return bool(eigh(information, at_start, eigvals_only=True)[0] >= LEAST_INFORMATION)


def _finish(
    centre: np.ndarray,
    scale: np.ndarray,
    beta: np.ndarray,
    information: np.ndarray,
    log_likelihood: float,
    iterations: int,
) -> LogisticFit:
    to_original = np.diag(np.concatenate([[1.0], 1.0 / scale]))
    to_original[0, 1:] = -centre / scale
    coefficient = to_original @ beta
    covariance = to_original @ np.linalg.inv(information) @ to_original.T
    return LogisticFit(coefficient, covariance, float(log_likelihood), iterations, True)


def _failed(n_term: int, iterations: int, note: str) -> LogisticFit:
    size = n_term + 1
    return LogisticFit(
        np.full(size, np.nan), np.full((size, size), np.nan), float("nan"), iterations, False, note
    )
