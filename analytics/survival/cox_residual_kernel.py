"""Martingale, score and Schoenfeld residuals of a Cox fit, and its baseline hazard's jumps (compiled).

Belongs here: quantities per row at given coefficients. Does not belong here: fitting.
Rows are in the order described in ``cox_kernel``. A walk backwards in time cumulates the hazard and the hazard-
weighted covariate mean of the event times passed; what a row collects over (entry, stop] is the difference between
its leaving and its joining the risk set.
"""

import math

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats
from analytics.survival.risk_set_kernel import (
    DEATHS,
    RISK,
    RISK_DEATHS,
    ROWS,
    WEIGHT_DEATHS,
    SortedRows,
    tie_sums,
)


@kernel(error_model="numpy")
def relative_risks(x: Floats, beta: Floats, offset: Floats) -> Array:
    """exp(offset + x·beta) of each row: (n,)."""
    relative = np.empty(x.shape[0])
    for row in range(x.shape[0]):
        eta = offset[row]
        for j in range(x.shape[1]):
            eta += beta[j] * x[row, j]
        relative[row] = math.exp(eta)
    return relative


@kernel(error_model="numpy", inline="always")
def shift_first(x: Floats, row: int, risk: float, first: Floats) -> None:
    """Add (or with negative risk remove) a row's share of the first moment."""
    for j in range(x.shape[1]):
        first[j] += risk * x[row, j]


@kernel(error_model="numpy", inline="always")
def collect(x: Floats, row: int, relative: float, hazard: Floats, martingale: Floats, score: Floats) -> None:
    """Take the cumulated hazard off a row's residuals (with negative ``relative``: put it on).

    ``hazard`` (p + 1,) is the cumulated hazard-weighted mean of each covariate and, last, the cumulated hazard.
    """
    p = x.shape[1]
    martingale[row] -= relative * hazard[p]
    for j in range(p):
        score[row, j] -= relative * (x[row, j] * hazard[p] - hazard[j])


@kernel(error_model="numpy", inline="always")
def join(
    rows: SortedRows, relative: Floats, i: int, end: int, first: Floats, first_deaths: Floats, tally: Floats,
    hazard: Floats, martingale: Floats, score: Floats,
) -> int:  # fmt: skip
    """Rows whose stop is that of row i come under risk; returns the place after the last of them."""
    time = rows.stop[i]
    tally[DEATHS:] = 0.0
    first_deaths[:] = 0.0
    while i < end and rows.stop[i] == time:
        risk = rows.weight[i] * relative[i]
        tally[RISK] += risk
        tally[ROWS] += 1.0
        shift_first(rows.x, i, risk, first)
        collect(rows.x, i, -relative[i], hazard, martingale, score)
        if rows.event[i]:
            tally[DEATHS] += 1.0
            tally[WEIGHT_DEATHS] += rows.weight[i]
            tally[RISK_DEATHS] += risk
            shift_first(rows.x, i, risk, first_deaths)
        i += 1
    return i


@kernel(error_model="numpy", inline="always")
def leave(
    rows: SortedRows, relative: Floats, leaver: int, at_time: int, i: int, end: int, time: float, first: Floats,
    tally: Floats, hazard: Floats, martingale: Floats, score: Floats,
) -> int:  # fmt: skip
    """Rows that enter at ``time`` or later leave; returns the next row to leave (see ``leave_risk_set``)."""
    while leaver < end and rows.entry[rows.entry_order[leaver]] >= time:
        row = rows.entry_order[leaver]
        tally[RISK] -= rows.weight[row] * relative[row]
        tally[ROWS] -= 1.0
        shift_first(rows.x, row, -rows.weight[row] * relative[row], first)
        collect(rows.x, row, relative[row], hazard, martingale, score)
        leaver += 1
    if tally[ROWS] == i - at_time:
        tally[RISK] = 0.0
        first[:] = 0.0
        for row in range(at_time, i):
            tally[RISK] += rows.weight[row] * relative[row]
            shift_first(rows.x, row, rows.weight[row] * relative[row], first)
    return leaver


@kernel(error_model="numpy", inline="always")
def settle_deaths(
    rows: SortedRows, relative: Floats, at_time: int, i: int, first: Floats, first_deaths: Floats,
    weight_deaths: float, sums: Floats, martingale: Floats, score: Floats, schoenfeld: Floats,
) -> None:  # fmt: skip
    """Own-time terms of the deaths among rows at_time..i: seen minus expected, and the hazard Efron spares them."""
    for row in range(at_time, i):
        if not rows.event[row]:
            continue
        martingale[row] += 1.0 + relative[row] * sums[1]
        for j in range(rows.x.shape[1]):
            mean = (sums[0] * first[j] - sums[1] * first_deaths[j]) / weight_deaths
            spared = rows.x[row, j] * sums[1] - (sums[3] * first[j] - sums[4] * first_deaths[j])
            schoenfeld[row, j] = rows.x[row, j] - mean
            score[row, j] += schoenfeld[row, j] + relative[row] * spared


@kernel(error_model="numpy")
def residual_pass(rows: SortedRows, beta: Floats, efron: bool) -> tuple[Array, Array, Array, Array]:
    """Residuals at beta, unweighted.

    Returns:
        martingale (n,), score (n, p), Schoenfeld residuals (n, p; rows without event are 0),
        jump (n,): the baseline hazard's increment at a row's stop (at x = 0).
    """
    n, p = rows.x.shape
    stop, bounds, delayed = rows.stop, rows.bounds, rows.entry_order.shape[0] > 0
    relative = relative_risks(rows.x, beta, rows.offset)
    martingale, jump = np.zeros(n), np.zeros(n)
    score, schoenfeld = np.zeros((n, p)), np.zeros((n, p))
    first, first_deaths, hazard = np.zeros(p), np.zeros(p), np.zeros(p + 1)
    sums, tally = np.zeros(5), np.zeros(5)
    for stratum in range(bounds.shape[0] - 1):
        begin, end = bounds[stratum], bounds[stratum + 1]
        i, leaver = begin, begin
        tally[:] = 0.0
        first[:] = 0.0
        hazard[:] = 0.0
        while i < end:
            at_time, time = i, stop[i]
            i = join(rows, relative, i, end, first, first_deaths, tally, hazard, martingale, score)
            if tally[DEATHS] == 0.0:
                continue
            if delayed:
                leaver = leave(
                    rows, relative, leaver, at_time, i, end, time, first, tally, hazard, martingale, score
                )
            tie_sums(tally[RISK], tally[RISK_DEATHS], tally[WEIGHT_DEATHS], int(tally[DEATHS]), efron, sums)
            hazard[p] += sums[0]
            for j in range(p):
                hazard[j] += sums[2] * first[j] - sums[3] * first_deaths[j]
            jump[at_time:i] = sums[0]
            settle_deaths(
                rows, relative, at_time, i, first, first_deaths, tally[WEIGHT_DEATHS], sums, martingale, score,
                schoenfeld,
            )  # fmt: skip
        for place in range(leaver if delayed else begin, end):
            row = rows.entry_order[place] if delayed else place
            collect(rows.x, row, relative[row], hazard, martingale, score)
    return martingale, score, schoenfeld, jump
