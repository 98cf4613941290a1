"""Infinitesimal-jackknife variance of cumulative incidences (compiled)."""
# ruff: noqa: PLR0915 - compiled kernels take arrays one by one and are one loop each

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats, Integers


@kernel(error_model="numpy")
def incidence_variance(
    times: Floats, jump: Floats, hazard: Floats, own_jump: Floats, own_hazard: Floats, incidence: Floats,
    cause: int, causes: Integers, order: Integers, stop: Floats, weight: Floats, cluster: Integers,
    n_clusters: int, entry_order: Integers, entry: Floats,
) -> Array:  # fmt: skip
    """Variance (T,) of the Aalen–Johansen estimate F of one cause.

    A row's influence at t is B − F(t)·A with A = Σ jump·(dN − Y·hazard) over all causes (that of −log S) and
    B = Σ [own_jump·(dN_cause − Y·own_hazard) + F·jump·(dN − Y·hazard)]; own_jump is S(t−)/n. By cluster the sums of
    squares and products of A, B and the weight at risk are kept up to date: linear in rows.
    """
    n_times, n = times.shape[0], order.shape[0]
    a, b, w = np.zeros(n_clusters), np.zeros(n_clusters), np.zeros(n_clusters)
    sums = np.zeros(6)  # aa, ab, bb, aw, bw, ww
    cum_a, cum_b = 0.0, 0.0
    variance = np.zeros(n_times)
    if entry_order.shape[0] == 0:
        for row in range(n):
            w[cluster[row]] += weight[row]
        for c in range(n_clusters):
            sums[5] += w[c] * w[c]
    i, enterer = 0, 0
    for k in range(n_times):
        while enterer < entry_order.shape[0] and entry[entry_order[enterer]] < times[k]:
            row = entry_order[enterer]
            c = cluster[row]
            shift_sums(sums, a[c], b[c], w[c], -1.0)
            a[c] += weight[row] * cum_a
            b[c] += weight[row] * cum_b
            w[c] += weight[row]
            shift_sums(sums, a[c], b[c], w[c], 1.0)
            enterer += 1
        cum_a += jump[k] * hazard[k]
        cum_b += own_jump[k] * own_hazard[k] + incidence[k] * jump[k] * hazard[k]
        while i < n and stop[order[i]] == times[k]:
            row = order[i]
            c = cluster[row]
            shift_sums(sums, a[c], b[c], w[c], -1.0)
            a[c] -= weight[row] * cum_a
            b[c] -= weight[row] * cum_b
            if causes[row] > 0:
                a[c] += weight[row] * jump[k]
                b[c] += weight[row] * incidence[k] * jump[k]
            if causes[row] == cause:
                b[c] += weight[row] * own_jump[k]
            w[c] -= weight[row]
            shift_sums(sums, a[c], b[c], w[c], 1.0)
            i += 1
        if hazard[k] == 0.0:
            variance[k] = variance[k - 1] if k > 0 else 0.0
            continue
        f = incidence[k]
        q = cum_b - f * cum_a
        spread = sums[2] - 2.0 * f * sums[1] + f * f * sums[0]
        variance[k] = max(0.0, spread - 2.0 * q * (sums[4] - f * sums[3]) + q * q * sums[5])
    return variance


@kernel(error_model="numpy")
def shift_sums(sums: Floats, a: float, b: float, w: float, sign: float) -> None:
    """Add (sign 1) or take out (sign −1) a cluster's squares and products."""
    sums[0] += sign * a * a
    sums[1] += sign * a * b
    sums[2] += sign * b * b
    sums[3] += sign * a * w
    sums[4] += sign * b * w
    sums[5] += sign * w * w
