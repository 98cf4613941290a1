"""Sorting rows into risk-set order (compiled).

Belongs here: stable grouping by stratum and gathering of rows. Does not belong here: statistics.
"""

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats, Integers


@kernel(error_model="numpy")
def group_rows(order: Integers, stratum: Integers, n_strata: int) -> tuple[Array, Array]:
    """Stable regrouping of ``order`` (n,) by stratum code; returns it with the strata's bounds (n_strata + 1,)."""
    bounds = np.zeros(n_strata + 1, np.int64)
    for row in range(stratum.shape[0]):
        bounds[stratum[row] + 1] += 1
    for s in range(n_strata):
        bounds[s + 1] += bounds[s]
    place = bounds[:-1].copy()
    grouped = np.empty_like(order)
    for row in order:
        s = stratum[row]
        grouped[place[s]] = row
        place[s] += 1
    return grouped, bounds


@kernel(error_model="numpy")
def standardise(x: Floats, weight: Floats, order: Integers) -> tuple[Array, Array, Array]:
    """Rows of x (n, p) in the given order, centred and divided by the mean absolute deviation (weighted).

    Returns:
        The C-ordered matrix, the means (p,) and the scales (p,); a constant column has scale 1.
    """
    n, p = x.shape
    total = 0.0
    for row in range(n):
        total += weight[row]
    mean, scale = np.zeros(p), np.ones(p)
    for j in range(p):
        for row in range(n):
            mean[j] += weight[row] * x[row, j]
        mean[j] /= total
        spread = 0.0
        for row in range(n):
            spread += weight[row] * abs(x[row, j] - mean[j])
        # Below rounding error of the mean the column is constant and must stay so.
        if spread > 1e-14 * total * abs(mean[j]):
            scale[j] = spread / total
    result = np.empty((n, p))
    for place in range(n):
        row = order[place]
        for j in range(p):
            result[place, j] = (x[row, j] - mean[j]) / scale[j]
    return result, mean, scale


@kernel(error_model="numpy")
def sum_by_group(values: Floats, group: Integers, n_groups: int) -> Array:
    """Column sums of values (n, p) within each group code: (n_groups, p)."""
    sums = np.zeros((n_groups, values.shape[1]))
    for row in range(values.shape[0]):
        for j in range(values.shape[1]):
            sums[group[row], j] += values[row, j]
    return sums
