"""The Cox partial likelihood, its derivatives and its maximum (compiled).

Belongs here: one backward walk through the risk sets of all strata, and Newton's iteration on it.
Does not belong here: sorting (``cox_data``), residuals (``cox_residual_kernel``), anything with names.
"""
# ruff: noqa: PLR0915 - compiled kernels take arrays one by one and are one loop each

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats, Marks
from analytics.survival.ldl_kernel import decompose, invert, solve
from analytics.survival.risk_set_kernel import (
    DEATHS,
    LOG_LIKELIHOOD,
    RISK,
    RISK_DEATHS,
    ROWS,
    WEIGHT_DEATHS,
    SortedRows,
    add_deaths,
    clear,
    join_risk_set,
    leave_risk_set,
    take_expected,
    tie_sums,
)

POLISH_STEPS = 8


@kernel(error_model="numpy")
def log_likelihood(
    rows: SortedRows,
    beta: Floats,
    efron: bool,
    time_weight: Floats,
    risk: Floats,
    score: Floats,
    information: Floats,
) -> float:
    """Partial log-likelihood at beta; fills risk (n,) = weight·exp(eta), score and lower-triangular information.

    ``time_weight`` is empty, or g(stop) for each row when score and information cover covariate × g(time).
    """
    p, stop, bounds = rows.x.shape[1], rows.stop, rows.bounds
    delayed = rows.entry_order.shape[0] > 0
    score[:] = 0.0
    information[:] = 0.0
    first, first_deaths = np.zeros(p), np.zeros(p)
    second, second_deaths = np.zeros((p, p)), np.zeros((p, p))
    sums, tally = np.zeros(5), np.zeros(6)
    for stratum in range(bounds.shape[0] - 1):
        i, end = bounds[stratum], bounds[stratum + 1]
        leaver = i
        tally[RISK] = 0.0
        tally[ROWS] = 0.0
        clear(first, second)
        while i < end:
            at_time = i
            time = stop[i]
            i = join_risk_set(rows, beta, i, end, risk, first, second, tally)
            if tally[DEATHS] == 0.0:
                continue
            if delayed:
                leaver = leave_risk_set(rows, leaver, at_time, i, end, time, risk, first, second, tally)
            g = time_weight[at_time] if time_weight.shape[0] > 0 else 0.0
            n_deaths = int(tally[DEATHS])
            many = efron and n_deaths > 1
            add_deaths(rows, risk, at_time, i, many, g, first_deaths, second_deaths, score)
            tally[LOG_LIKELIHOOD] -= tie_sums(
                tally[RISK], tally[RISK_DEATHS], tally[WEIGHT_DEATHS], n_deaths, efron, sums
            )
            take_expected(sums, first, first_deaths, second, second_deaths, g, score, information)
    return tally[LOG_LIKELIHOOD]


@kernel(error_model="numpy")
def all_finite(value: float, score: Floats, information: Floats) -> bool:
    """True when the log-likelihood and all its derivatives are numbers."""
    return bool(np.isfinite(value) and np.isfinite(score).all() and np.isfinite(information).all())


@kernel(error_model="numpy")
def newton_decrement(
    score: Floats,
    information: Floats,
    step: Floats,
    aliased: Marks,
    lost: Marks,
    tolerance: float,
    floor: float,
) -> float:
    """Decompose the information, fill the Newton step and mark pivots lost since the beginning; score'step."""
    step[:] = score
    decompose(information, tolerance, floor)
    solve(information, step)
    decrement = 0.0
    for j in range(score.shape[0]):
        decrement += score[j] * step[j]
        lost[j] = information[j, j] == 0.0 and not aliased[j]
    return decrement


@kernel(error_model="numpy")
def maximise(
    rows: SortedRows, efron: bool, max_iterations: int, epsilon: float, tolerance: float
) -> tuple[Array, Array, float, float, int, bool, Array, Array, Array]:
    """Newton's method with step halving, started at 0.

    Stops by R's rule (relative change of the log-likelihood ≤ epsilon) and then polishes with full steps until
    the Newton decrement is below 1e-18, so that the estimate is exact to rounding. A decrement that only shrinks
    by a constant factor is the mark of a coefficient on its way to infinity.

    Returns:
        beta, inverse information, log-likelihood at 0 and at beta, iterations, settled (R's rule met),
        the step that would come next, aliased (p,), lost (p,): pivots that vanished on the way.
    """
    p = rows.x.shape[1]
    plain, risk = np.zeros(0), np.empty(rows.stop.shape[0])
    beta, trial, step = np.zeros(p), np.zeros(p), np.zeros(p)
    score, information = np.zeros(p), np.zeros((p, p))
    aliased, lost = np.zeros(p, np.bool_), np.zeros(p, np.bool_)
    best = log_likelihood(rows, beta, efron, plain, risk, score, information)
    null = best
    # Columns have unit spread: rounding leaves about 1e-16 per event of the information of a column without any.
    floor = float(1e-14 * np.sum(rows.weight * rows.event))
    decrement = newton_decrement(score, information, step, aliased, lost, tolerance, floor)
    aliased[:] = lost
    lost[:] = False
    settled = False
    halvings, iterations, polished = 0, 0, 0
    while p > 0 and iterations < max_iterations + POLISH_STEPS:
        if halvings == 0:
            trial[:] = beta + step
        iterations += 1
        value = log_likelihood(rows, trial, efron, plain, risk, score, information)
        finite = all_finite(value, score, information)
        near = finite and (abs(value - best) <= epsilon * abs(value))
        if not finite or (value < best and not near):
            if iterations >= max_iterations:
                break
            halvings += 1
            trial[:] = (trial + halvings * beta) / (halvings + 1.0)
            continue
        halvings = 0
        best = value
        beta[:] = trial
        previous = decrement
        decrement = newton_decrement(score, information, step, aliased, lost, tolerance, floor)
        settled = settled or near
        if settled:
            polished += 1
            stalled = decrement < 1e-10 and decrement > 0.2 * previous
            if decrement < 1e-18 or polished > POLISH_STEPS or stalled:
                break
        elif iterations >= max_iterations:
            break
    if halvings > 0:
        log_likelihood(rows, beta, efron, plain, risk, score, information)
        newton_decrement(score, information, step, aliased, lost, tolerance, floor)
    return beta, invert(information), null, best, iterations, settled, step, aliased, lost
