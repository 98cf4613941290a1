"""Numbers at risk and events by group at each event time of each stratum (compiled)."""
# ruff: noqa: PLR0915, C901 - compiled kernels take arrays one by one and are one loop each

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats, Integers
from analytics.survival.risk_set_kernel import SortedRows


@kernel(error_model="numpy")
def group_table(
    group: Integers, n_groups: int, sorted_rows: SortedRows
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """One row per event time and stratum, times descending; ``group`` (n,) in the order of the rows.

    Returns:
        stratum (T,), weighted at risk (T, k), weighted events (T, k), Σ weight² at risk (T, k),
        records at risk (T,), records with event (T,).
    """
    stop, event, weight, bounds = sorted_rows.stop, sorted_rows.event, sorted_rows.weight, sorted_rows.bounds
    entry, entry_order = sorted_rows.entry, sorted_rows.entry_order
    n_times = 0
    for s in range(bounds.shape[0] - 1):
        last = np.nan
        for i in range(bounds[s], bounds[s + 1]):
            if event[i] and stop[i] != last:
                n_times += 1
                last = stop[i]
    stratum = np.empty(n_times, np.int64)
    at_risk, events, squares = (
        np.zeros((n_times, n_groups)),
        np.zeros((n_times, n_groups)),
        np.zeros((n_times, n_groups)),
    )
    rows, row_events = np.zeros(n_times), np.zeros(n_times)
    total, total_squares = np.zeros(n_groups), np.zeros(n_groups)
    count = np.zeros(n_groups, np.int64)
    k = 0
    for s in range(bounds.shape[0] - 1):
        i, end = bounds[s], bounds[s + 1]
        leaver = i
        total[:] = 0.0
        total_squares[:] = 0.0
        count[:] = 0
        while i < end:
            time = stop[i]
            at_time = i
            n_events = 0
            while i < end and stop[i] == time:
                g = group[i]
                total[g] += weight[i]
                total_squares[g] += weight[i] * weight[i]
                count[g] += 1
                n_events += event[i]
                i += 1
            if n_events == 0:
                continue
            while entry_order.shape[0] > 0 and leaver < end and entry[entry_order[leaver]] >= time:
                row = entry_order[leaver]
                g = group[row]
                count[g] -= 1
                total[g] = total[g] - weight[row] if count[g] > 0 else 0.0
                total_squares[g] = total_squares[g] - weight[row] * weight[row] if count[g] > 0 else 0.0
                leaver += 1
            stratum[k] = s
            for g in range(n_groups):
                at_risk[k, g] = total[g]
                squares[k, g] = total_squares[g]
                rows[k] += count[g]
            for row in range(at_time, i):
                if event[row]:
                    events[k, group[row]] += weight[row]
            row_events[k] = n_events
            k += 1
    return stratum, at_risk, events, squares, rows, row_events


@kernel(error_model="numpy")
def forward_product(factor: Floats, stratum: Integers) -> Array:
    """Running product (T,) from a stratum's earliest time (its last row) up to and including each row."""
    n_times = factor.shape[0]
    product = np.empty(n_times)
    running = 1.0
    for k in range(n_times - 1, -1, -1):
        if k == n_times - 1 or stratum[k] != stratum[k + 1]:
            running = 1.0
        running *= factor[k]
        product[k] = running
    return product
