"""Kernels of the draws: standardised predictors, posteriors of regressions, nearest donors.

Belongs here: what is computed between two random numbers. Does not belong here: random numbers.
"""

import numpy as np

from analytics.kernels import kernel

MOST_STEPS, ENOUGH = 50, 1e-8
WEAK = 1.0 / 100.0
"""Precision of the prior of a standardised coefficient (SD 10)."""
FREE = 1e-8


@kernel()
def standardised_pair(seen: np.ndarray, unseen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Predictors of observed (n, p) and missing (m, p) rows in standard deviations of the observed, intercept first.

    A predictor constant among the observed says nothing, would make the equations singular, and is left out.
    """
    n, m, width = seen.shape[0], unseen.shape[0], seen.shape[1] + 1
    first, second = np.ones((n, width)), np.ones((m, width))
    used = 1
    for j in range(seen.shape[1]):
        centre = seen[:, j].mean()
        spread = np.sqrt(((seen[:, j] - centre) ** 2).mean())
        if spread > 1e-12 * max(1.0, abs(centre)):
            first[:, used] = (seen[:, j] - centre) / spread
            second[:, used] = (unseen[:, j] - centre) / spread
            used += 1
    return first[:, :used].copy(), second[:, :used].copy()


@kernel()
def least_squares(
    observed: np.ndarray, seen: np.ndarray, ridge: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients (p,), root (p, p) of their covariance at unit residual variance, residual sum of squares."""
    cross = seen.T @ seen
    for j in range(len(cross)):
        cross[j, j] += ridge * cross[j, j]
    inverse = np.linalg.inv(cross)
    estimate = inverse @ (seen.T @ observed)
    residual = observed - seen @ estimate
    return estimate, np.linalg.cholesky((inverse + inverse.T) / 2.0), residual @ residual


@kernel()
def logistic_posterior(outcome: np.ndarray, predictors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mode (p,) of the logistic posterior under the weak prior, and root (p, p) of its covariance; the intercept is free."""
    width = predictors.shape[1]
    prior = np.full(width, WEAK)
    prior[0] = FREE
    beta = np.zeros(width)
    information = np.empty((width, width))
    for _ in range(MOST_STEPS):
        fitted = 1.0 / (1.0 + np.exp(-(predictors @ beta)))
        weighted = predictors * (fitted * (1.0 - fitted)).reshape(-1, 1)
        information = weighted.T @ predictors + np.diag(prior)
        step = np.linalg.solve(information, predictors.T @ (outcome - fitted) - prior * beta)
        longest = np.abs(step).max()
        # A damped step cannot overshoot into saturation.
        beta += step / max(1.0, longest / 3.0)
        if longest < ENOUGH:
            break
    covariance = np.linalg.inv(information)
    return beta, np.linalg.cholesky((covariance + covariance.T) / 2.0)


@kernel()
def nearest_rows(
    known: np.ndarray, order: np.ndarray, wanted: np.ndarray, pick: np.ndarray, donors: int
) -> np.ndarray:
    """Row of the known value that is the `pick`-th nearest (from 0) to each wanted one; of equals the lower first.

    Args:
        known: (n,) values. order: (n,) their ascending order, equal values by row.
        wanted, pick: (m,). donors: more than every pick, at most n; so many on either side are looked at.
    """
    rows = np.empty(len(wanted), np.int64)
    ascending = known[order]
    for i in range(len(wanted)):
        place = np.searchsorted(ascending, wanted[i])
        first, last = max(place - donors, 0), min(place + donors, len(order))
        taken = np.zeros(last - first, np.bool_)
        chosen = first
        for _ in range(pick[i] + 1):
            least = np.inf
            for j in range(first, last):
                distance = abs(ascending[j] - wanted[i])
                if not taken[j - first] and distance < least:
                    least, chosen = distance, j
            taken[chosen - first] = True
        rows[i] = order[chosen]
    return rows
