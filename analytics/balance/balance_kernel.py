"""Compiled moments and distance of two weighted distributions; used through `analytics.balance.table` only."""

import numpy as np

from analytics.kernels import kernel


@kernel()
def largest_gap(
    values: np.ndarray, order: np.ndarray, arm: np.ndarray, weight: np.ndarray, total: np.ndarray
) -> float:
    """Largest absolute difference of the arms' distribution functions (Kolmogorov–Smirnov).

    Args:
        values, arm, weight: (n,); order: rows by ascending value; total: weight of the treated and of controls.
    """
    gap = 0.0
    largest = 0.0
    for k in range(order.size):
        i = order[k]
        gap += weight[i] / total[0] if arm[i] else -weight[i] / total[1]
        if k + 1 == order.size or values[order[k + 1]] != values[i]:
            largest = max(largest, abs(gap))
    return largest


@kernel()
def arm_moments(values: np.ndarray, arm: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Total weight, mean, and variance with the reliability-weights correction, of each arm.

    Args:
        values, weight: (n,); arm: (n,) True for treated.

    Returns:
        (2, 3), treated first; null where an arm has no weight, or the variance no degrees of freedom.
    """
    moments = np.full((2, 3), np.nan)
    total, first, squares = np.zeros(2), np.zeros(2), np.zeros(2)
    for i in range(values.size):
        g = 0 if arm[i] else 1
        total[g] += weight[i]
        first[g] += weight[i] * values[i]
        squares[g] += weight[i] * weight[i]
    spread = np.zeros(2)
    mean = first / np.where(total > 0, total, np.nan)
    for i in range(values.size):
        g = 0 if arm[i] else 1
        spread[g] += weight[i] * (values[i] - mean[g]) ** 2
    for g in range(2):
        moments[g, 0] = total[g]
        if total[g] > 0:
            moments[g, 1] = mean[g]
            correction = 1.0 - squares[g] / total[g] ** 2
            if correction > 1e-15:
                moments[g, 2] = spread[g] / total[g] / correction
    return moments
