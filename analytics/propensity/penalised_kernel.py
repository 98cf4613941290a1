"""Compiled coordinate descent for the quadratic inside a penalised logistic fit."""

import numpy as np
from numba import njit

SWEEPS = 10_000


@njit(cache=True)
def descend(
    start: np.ndarray, gradient: np.ndarray, information: np.ndarray, lasso: float, ridge: float
) -> np.ndarray:
    """Minimise −g'(b − start) + ½ (b − start)' I (b − start) + lasso ‖b‖₁ + ½ ridge ‖b‖², intercept (0) free."""
    beta = start.copy()
    slope = gradient.copy()
    for _ in range(SWEEPS):
        largest = 0.0
        for j in range(beta.size):
            curvature = information[j, j]
            target = slope[j] + curvature * beta[j]
            if j > 0:
                if target > lasso:
                    target -= lasso
                elif target < -lasso:
                    target += lasso
                else:
                    target = 0.0
                curvature += ridge
            moved = target / curvature - beta[j]
            if moved != 0.0:
                beta[j] += moved
                for k in range(beta.size):
                    slope[k] -= information[k, j] * moved
            largest = max(largest, abs(moved))
        if largest < 1e-13:
            break
    return beta
