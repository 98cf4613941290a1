"""Compiled passes of logistic regression; used through `analytics.propensity.logistic` only."""

import numpy as np

from analytics.kernels import kernel

# Rows handled together: 11 terms of one block stay in the second-level cache.
BLOCK = 2048


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
def _log1pexp(x: float) -> float:
    return x + np.log1p(np.exp(-x)) if x > 0 else np.log1p(np.exp(x))


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
            for i in range(size):
                z = (values[j, start + i] - centre[j]) / scale[j]
                block[j + 1, i] = z
                eta[i] += beta[j + 1] * z
        residual = np.empty(size)
        variance = np.empty(size)
        for i in range(size):
            w = weight[start + i]
            y = outcome[start + i]
            p = 1.0 / (1.0 + np.exp(-eta[i]))
            residual[i] = w * (y - p)
            variance[i] = w * p * (1.0 - p)
            log_likelihood += w * (y * eta[i] - _log1pexp(eta[i]))
        _add_products(block, residual, variance, gradient, hessian)
    for j in range(n_term + 1):
        for k in range(j):
            hessian[k, j] = hessian[j, k]
    return log_likelihood, gradient, hessian
