"""Compiled passes of logistic regression; used through `analytics.propensity.logistic` only."""

import numpy as np

from analytics.kernels import kernel

# Rows handled together: 11 terms of one block stay in the second-level cache.
BLOCK = 2048
REACHED, LOST, NOT_REACHED = 0, 1, 2


@kernel()
def linear_predictor(values: np.ndarray, intercept: float, slope: np.ndarray) -> np.ndarray:
    """Intercept plus slopes times terms, per row; equal covariates give equal bits wherever the row stands."""
    n_term, n_row = values.shape
    eta = np.full(n_row, intercept)
    for j in range(n_term):
        b = slope[j]
        term = values[j]
        for i in range(n_row):
            eta[i] += b * term[i]
    return eta


@kernel()
def _product_sum(a: np.ndarray, b: np.ndarray) -> float:
    """Sum of products in eight lanes of fixed order.

    The compiler may not reorder a sum of doubles, so the lanes are what lets it use vector registers. Leaving the order
    to it (`fastmath`) made the last bits depend on whether the code had just been compiled or came from the cache.
    """
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    whole = a.size - a.size % 8
    for i in range(0, whole, 8):
        s0 += a[i] * b[i]
        s1 += a[i + 1] * b[i + 1]
        s2 += a[i + 2] * b[i + 2]
        s3 += a[i + 3] * b[i + 3]
        s4 += a[i + 4] * b[i + 4]
        s5 += a[i + 5] * b[i + 5]
        s6 += a[i + 6] * b[i + 6]
        s7 += a[i + 7] * b[i + 7]
    for i in range(whole, a.size):
        s0 += a[i] * b[i]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))


@kernel()
def _add_products(
    block: np.ndarray, residual: np.ndarray, variance: np.ndarray, gradient: np.ndarray, hessian: np.ndarray
) -> None:
    n_term, n_row = block.shape
    scaled = np.empty(n_row)
    for j in range(n_term):
        gradient[j] += _product_sum(residual, block[j])
        for i in range(n_row):
            scaled[i] = variance[i] * block[j, i]
        for k in range(j + 1):
            hessian[j, k] += _product_sum(scaled, block[k])


@kernel()
def newton_pass(
    values: np.ndarray,
    centre: np.ndarray,
    scale: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    beta: np.ndarray,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood, gradient and information at `beta` for the standardised terms.

    Args:
        values: (p, n) terms; centre, scale: (p,); outcome, weight: (n,); beta: (p + 1,), intercept first.
    """
    n_term, n_row = values.shape
    gradient = np.zeros(n_term + 1)
    hessian = np.zeros((n_term + 1, n_term + 1))
    log_likelihood = 0.0
    for start in range(0, n_row, BLOCK):
        stop = min(start + BLOCK, n_row)
        size = stop - start
        block = np.empty((n_term + 1, size))
        eta = np.full(size, beta[0])
        block[0] = 1.0
        for j in range(n_term):
            # Multiplied, since the processor multiplies several at once and divides one after the other.
            middle, per_unit, b = centre[j], 1.0 / scale[j], beta[j + 1]
            for i in range(size):
                z = (values[j, start + i] - middle) * per_unit
                block[j + 1, i] = z
                eta[i] += b * z
        residual = np.empty(size)
        variance = np.empty(size)
        for i in range(size):
            w = weight[start + i]
            y = outcome[start + i]
            # Of the smaller exponential, which cannot overflow: exp(x) / (1 + exp(x)) and log(1 + exp(x)).
            small = np.exp(-abs(eta[i]))
            p = (1.0 if eta[i] >= 0.0 else small) / (1.0 + small)
            residual[i] = w * (y - p)
            variance[i] = w * p * (1.0 - p)
            log_likelihood += w * (y * eta[i] - max(eta[i], 0.0) - np.log1p(small))
        _add_products(block, residual, variance, gradient, hessian)
    for j in range(n_term + 1):
        for k in range(j):
            hessian[k, j] = hessian[j, k]
    return log_likelihood, gradient, hessian


@kernel()
def newton_steps(
    values: np.ndarray,
    centre: np.ndarray,
    scale: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    beta: np.ndarray,
    most: int,
    tolerance: float,
    least: float,
) -> tuple[np.ndarray, float, np.ndarray, int, int]:
    """Newton's method from `beta`; a step that overshoots is halved.

    Args:
        values, centre, scale, outcome, weight, beta: as `newton_pass`.
        most: steps.
        tolerance: a step this small, beside the longest coefficient, is the last.
        least: share of its information at the start below which a term is lost.

    Returns:
        Coefficients, log likelihood, information, steps taken, and REACHED, LOST or NOT_REACHED.
    """
    log_likelihood, gradient, information = newton_pass(values, centre, scale, outcome, weight, beta)
    at_start = np.diag(information).copy()
    for taken in range(1, most + 1):
        step = np.linalg.solve(information, gradient)
        if not np.isfinite(step).all():
            return beta, log_likelihood, information, taken, LOST
        size = 1.0
        while True:
            trial = beta + size * step
            found, gradient, information = newton_pass(values, centre, scale, outcome, weight, trial)
            # Rounding can lower the likelihood by a hair at the optimum; that is no overshoot.
            if found >= log_likelihood - 1e-9 * abs(log_likelihood) or size < 1e-4:
                break
            size /= 2.0
        beta, log_likelihood = trial, found
        if (np.diag(information) / at_start).min() < least:
            return beta, log_likelihood, information, taken, LOST
        if np.abs(step).max() < tolerance * (1.0 + np.abs(beta).max()):
            return beta, log_likelihood, information, taken, REACHED
    return beta, log_likelihood, information, most, NOT_REACHED
