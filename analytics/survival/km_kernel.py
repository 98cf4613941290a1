"""Risk-set counts over time and the infinitesimal jackknife (compiled).

Belongs here: one backward walk for the numbers at risk, one forward walk for robust variances.
Does not belong here: intervals, quantiles, anything with names.
"""
# ruff: noqa: PLR0915 - compiled kernels take arrays one by one and are one loop each

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats, Integers, Marks


@kernel(error_model="numpy")
def risk_table(
    times: Floats,
    order: Integers,
    stop: Floats,
    event: Marks,
    weight: Floats,
    entry_order: Integers,
    entry: Floats,
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Numbers at each of T distinct ascending times; rows in ``order`` (n,) by ascending stop.

    ``entry_order`` (n,) lists rows by ascending entry, and is empty when nobody enters late.

    Returns:
        weighted at risk, events, censored (T,); rows at risk, events (T,); Σ weight² of the events (T,).
    """
    n_times, n = times.shape[0], order.shape[0]
    at_risk, events, censored = np.zeros(n_times), np.zeros(n_times), np.zeros(n_times)
    rows_at_risk, row_events = np.zeros(n_times, np.int64), np.zeros(n_times, np.int64)
    squares = np.zeros(n_times)
    i, leaver = n - 1, entry_order.shape[0] - 1
    total, rows = 0.0, 0
    for k in range(n_times - 1, -1, -1):
        while leaver >= 0 and entry[entry_order[leaver]] >= times[k]:
            total -= weight[entry_order[leaver]]
            rows -= 1
            leaver -= 1
        if rows == 0:
            total = 0.0
        while i >= 0 and stop[order[i]] == times[k]:
            row = order[i]
            total += weight[row]
            rows += 1
            if event[row]:
                events[k] += weight[row]
                squares[k] += weight[row] * weight[row]
                row_events[k] += 1
            else:
                censored[k] += weight[row]
            i -= 1
        at_risk[k] = total
        rows_at_risk[k] = rows
    return at_risk, events, censored, rows_at_risk, row_events, squares


@kernel(error_model="numpy")
def jackknife_variance(
    times: Floats,
    jump: Floats,
    hazard: Floats,
    order: Integers,
    stop: Floats,
    event: Marks,
    weight: Floats,
    cluster: Integers,
    n_clusters: int,
    entry_order: Integers,
    entry: Floats,
) -> Array:
    """Infinitesimal-jackknife variance of a cumulative hazard whose row i has the influence
    Σ jump(t)·(dN_i(t) − Y_i(t)·hazard(t)), summed by cluster and squared: (T,).

    Only clusters that change at a time are visited: with C − W·H a cluster's influence (H = Σ jump·hazard,
    W its weight at risk), ΣC², ΣCW and ΣW² are kept up to date, so the work is linear in rows.
    """
    n_times, n = times.shape[0], order.shape[0]
    delayed = entry_order.shape[0] > 0
    fixed, at_risk = np.zeros(n_clusters), np.zeros(n_clusters)
    cc, cw, ww, cumulated = 0.0, 0.0, 0.0, 0.0
    variance = np.zeros(n_times)
    if not delayed:
        for row in range(n):
            at_risk[cluster[row]] += weight[row]
        for c in range(n_clusters):
            ww += at_risk[c] * at_risk[c]
    i, enterer = 0, 0
    for k in range(n_times):
        while enterer < entry_order.shape[0] and entry[entry_order[enterer]] < times[k]:
            row = entry_order[enterer]
            c = cluster[row]
            cc -= fixed[c] * fixed[c]
            cw -= fixed[c] * at_risk[c]
            ww -= at_risk[c] * at_risk[c]
            fixed[c] += weight[row] * cumulated
            at_risk[c] += weight[row]
            cc += fixed[c] * fixed[c]
            cw += fixed[c] * at_risk[c]
            ww += at_risk[c] * at_risk[c]
            enterer += 1
        cumulated += jump[k] * hazard[k]
        while i < n and stop[order[i]] == times[k]:
            row = order[i]
            c = cluster[row]
            cc -= fixed[c] * fixed[c]
            cw -= fixed[c] * at_risk[c]
            ww -= at_risk[c] * at_risk[c]
            fixed[c] -= weight[row] * cumulated
            if event[row]:
                fixed[c] += weight[row] * jump[k]
            at_risk[c] -= weight[row]
            cc += fixed[c] * fixed[c]
            cw += fixed[c] * at_risk[c]
            ww += at_risk[c] * at_risk[c]
            i += 1
        if hazard[k] == 0.0:
            variance[k] = variance[k - 1] if k > 0 else 0.0
            continue
        variance[k] = max(0.0, cc - 2.0 * cumulated * cw + cumulated * cumulated * ww)
    return variance
