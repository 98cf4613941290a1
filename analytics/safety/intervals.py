"""Exact intervals of a proportion and of a Poisson rate, over whole columns.

Here: Clopper–Pearson and the exact Poisson (Garwood) interval. Not here: differences.
"""

import numpy as np
from scipy import special


def clopper_pearson(x: np.ndarray, n: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact binomial interval (Clopper & Pearson 1934) of x of n, as fractions; null where n is 0.

    Args:
        x, n: successes and trials, any one shape.
        level: confidence level; each tail has half of the rest, at x = 0 and x = n too.
    """
    x, n = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64))
    pairs, back = np.unique(np.stack([x.ravel(), n.ravel()]), axis=1, return_inverse=True)
    k, m = pairs
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(k > 0, special.betaincinv(np.maximum(k, 1), m - k + 1, tail), 0.0)
        upper = np.where(k < m, special.betaincinv(k + 1, np.maximum(m - k, 1), 1 - tail), 1.0)
    known = m > 0
    lower, upper = np.where(known, lower, np.nan), np.where(known, upper, np.nan)
    return lower[back].reshape(x.shape), upper[back].reshape(x.shape)


def poisson_interval(n_event: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of a Poisson mean (Garwood 1936): chi2(a/2, 2n)/2 and chi2(1-a/2, 2n+2)/2; 0 events give
    0 below.

    Args:
        n_event: counts, any shape.
        level: confidence level.
    """
    counts, back = np.unique(np.asarray(n_event, dtype=np.float64), return_inverse=True)
    tail = (1 - level) / 2
    lower = np.where(counts > 0, special.gammaincinv(np.maximum(counts, 1), tail), 0.0)
    upper = special.gammaincinv(counts + 1, 1 - tail)
    shape = np.shape(n_event)
    return lower[back].reshape(shape), upper[back].reshape(shape)
