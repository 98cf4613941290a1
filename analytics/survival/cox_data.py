"""Rows of a Cox model in risk-set order, ready for the kernels.

Belongs here: sorting by stratum and descending time, centring and scaling. Does not belong here: fitting.
"""

from dataclasses import dataclass

import numpy as np

from analytics.survival.arrays import Floats, Integers, Marks
from analytics.survival.sorting_kernel import group_rows, standardise

NO_ROWS = np.empty(0, dtype=np.int64)
NO_TIMES = np.empty(0, dtype=np.float64)


@dataclass(frozen=True)
class RiskSetRows:
    """n rows sorted by stratum, then by descending stop. ``order`` gives each row's place in the input.

    ``x`` (n, p) is (covariate − mean) / scale; ``entry_order`` lists rows by stratum and descending start.
    """

    x: Floats
    mean: Floats
    scale: Floats
    stop: Floats
    start: Floats
    event: Marks
    weight: Floats
    offset: Floats
    order: Integers
    entry_order: Integers
    bounds: Integers


def risk_set_rows(
    stop: Floats,
    event: Marks,
    x: Floats,
    *,
    start: Floats | None = None,
    weight: Floats | None = None,
    offset: Floats | None = None,
    stratum: Integers | None = None,
) -> RiskSetRows:
    """Sort checked arrays (see ``times.follow_up``) into risk-set order. Memory is linear in n·p."""
    n = len(stop)
    weight = np.ones(n) if weight is None else weight
    order = np.argsort(-stop, kind="stable")
    bounds = np.array([0, n])
    if stratum is not None and n:
        n_strata = int(stratum.max()) + 1
        order, bounds = group_rows(order, stratum, n_strata)
    standard, mean, scale = standardise(x, weight, order)
    entry_order: Integers = NO_ROWS
    entry: Floats = NO_TIMES
    if start is not None:
        entry = start[order]
        entry_order = np.argsort(-entry, kind="stable")
        if stratum is not None:
            entry_order, _ = group_rows(entry_order, stratum[order], len(bounds) - 1)
    return RiskSetRows(
        x=standard,
        mean=mean,
        scale=scale,
        stop=stop[order],
        start=entry,
        event=event[order],
        weight=weight[order],
        offset=np.zeros(n) if offset is None else offset[order],
        order=order,
        entry_order=entry_order,
        bounds=bounds,
    )
