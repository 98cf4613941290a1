"""The Cox partial likelihood, its derivatives and its maximum (compiled).

Belongs here: one backward walk through the risk sets of all strata, and Newton's iteration on it.
Does not belong here: sorting (``cox_data``), residuals (``cox_residual_kernel``), anything with names.

Rows come sorted by stratum and, within it, by descending stop; ``bounds`` holds where strata begin.
``entry_order`` lists rows by stratum and descending start, and is empty when nobody enters late.
Of d tied deaths Efron's k-th term takes the share k/d of them out of the risk set (k = 0..d-1). Summed over k,
all d terms of a tied time need only the five scalars of ``tie_sums``, so heavy ties cost no more than light ones.
"""
# ruff: noqa: PLR0917, PLR0915 - compiled kernels take arrays one by one and are one loop each

import math

import numpy as np
from numba import njit

from analytics.survival.arrays import Array, Floats, Integers, Marks
from analytics.survival.ldl_kernel import decompose, invert, solve

POLISH_STEPS = 8
# Places in the tally of a walk: of the risk set, then of the deaths at one time.
RISK, ROWS, DEATHS, WEIGHT_DEATHS, RISK_DEATHS, LOG_LIKELIHOOD = range(6)


@njit(cache=True, error_model="numpy", inline="always")
def tie_sums(
    risk_total: float, risk_deaths: float, weight_deaths: float, n_deaths: int, efron: bool, sums: Floats
) -> float:
    """Fill ``sums`` with a1, a2, b1, b2, b3 and return the sum of w·log(denominator).

    With f = k/d, D_k = risk_total − f·risk_deaths and w the mean weight of the deaths:
    a1 = Σ w/D, a2 = Σ w f/D, b1 = Σ w/D², b2 = Σ w f/D², b3 = Σ w f²/D². Breslow: f = 0 throughout.
    """
    if not efron or n_deaths == 1:
        sums[0] = weight_deaths / risk_total
        sums[1] = 0.0
        sums[2] = sums[0] / risk_total
        sums[3] = 0.0
        sums[4] = 0.0
        return weight_deaths * math.log(risk_total)
    mean_weight = weight_deaths / n_deaths
    for j in range(5):
        sums[j] = 0.0
    log_sum = 0.0
    for k in range(n_deaths):
        share = k / n_deaths
        denominator = risk_total - share * risk_deaths
        log_sum += math.log(denominator)
        a = mean_weight / denominator
        b = a / denominator
        sums[0] += a
        sums[1] += a * share
        sums[2] += b
        sums[3] += b * share
        sums[4] += b * share * share
    return mean_weight * log_sum


@njit(cache=True, error_model="numpy", inline="always")
def clear(first: Floats, second: Floats) -> None:
    """Set first and second moments to 0."""
    for j in range(first.shape[0]):
        first[j] = 0.0
        for k in range(j + 1):
            second[j, k] = 0.0


@njit(cache=True, error_model="numpy", inline="always")
def shift_moments(x: Floats, row: int, risk: float, first: Floats, second: Floats) -> None:
    """Add (or with negative risk remove) a row's share of the first and second moments."""
    for j in range(x.shape[1]):
        value = risk * x[row, j]
        first[j] += value
        for k in range(j + 1):
            second[j, k] += value * x[row, k]


@njit(cache=True, error_model="numpy", inline="always")
def join_risk_set(
    x: Floats, beta: Floats, offset: Floats, weight: Floats, event: Marks, stop: Floats, i: int, end: int,
    risk: Floats, first: Floats, second: Floats, tally: Floats,
) -> int:  # fmt: skip
    """Rows whose stop is that of row i come under risk; returns the place after the last of them."""
    time = stop[i]
    tally[DEATHS] = 0.0
    tally[WEIGHT_DEATHS] = 0.0
    tally[RISK_DEATHS] = 0.0
    while i < end and stop[i] == time:
        eta = offset[i]
        for j in range(x.shape[1]):
            eta += beta[j] * x[i, j]
        risk[i] = weight[i] * math.exp(eta)
        tally[RISK] += risk[i]
        tally[ROWS] += 1.0
        shift_moments(x, i, risk[i], first, second)
        if event[i]:
            tally[DEATHS] += 1.0
            tally[WEIGHT_DEATHS] += weight[i]
            tally[RISK_DEATHS] += risk[i]
            tally[LOG_LIKELIHOOD] += weight[i] * eta
        i += 1
    return i


@njit(cache=True, error_model="numpy", inline="always")
def leave_risk_set(
    x: Floats, start: Floats, entry_order: Integers, leaver: int, at_time: int, i: int, end: int, time: float,
    risk: Floats, first: Floats, second: Floats, tally: Floats,
) -> int:  # fmt: skip
    """Rows that enter at ``time`` or later are not at risk at it; returns the next row to leave.

    When only the rows at_time..i of this very time remain, sums start afresh instead of keeping rounding error.
    """
    while leaver < end and start[entry_order[leaver]] >= time:
        row = entry_order[leaver]
        tally[RISK] -= risk[row]
        tally[ROWS] -= 1.0
        shift_moments(x, row, -risk[row], first, second)
        leaver += 1
    if tally[ROWS] == i - at_time:
        tally[RISK] = 0.0
        clear(first, second)
        for row in range(at_time, i):
            tally[RISK] += risk[row]
            shift_moments(x, row, risk[row], first, second)
    return leaver


@njit(cache=True, error_model="numpy", inline="always")
def add_deaths(
    x: Floats, weight: Floats, event: Marks, risk: Floats, at_time: int, i: int, many: bool, g: float,
    first_deaths: Floats, second_deaths: Floats, score: Floats,
) -> None:  # fmt: skip
    """Observed covariates of the deaths among rows at_time..i and, for several deaths, the deaths' moments.

    For a single death the moments are left as they are: its ``tie_sums`` give them no weight.
    """
    p = x.shape[1]
    interaction = score.shape[0] > p
    if many:
        clear(first_deaths, second_deaths)
    for row in range(at_time, i):
        if not event[row]:
            continue
        for j in range(p):
            score[j] += weight[row] * x[row, j]
            if interaction:
                score[p + j] += g * weight[row] * x[row, j]
        if many:
            shift_moments(x, row, risk[row], first_deaths, second_deaths)


@njit(cache=True, error_model="numpy", inline="always")
def take_expected(
    sums: Floats, first: Floats, first_deaths: Floats, second: Floats, second_deaths: Floats, g: float,
    score: Floats, information: Floats,
) -> None:  # fmt: skip
    """Take a tied time's expected covariates off the score and add their variance to the information.

    A score of length 2p asks for the blocks of covariate × g(time) too; information is then (2p, 2p).
    """
    p = first.shape[0]
    interaction = score.shape[0] > p
    for j in range(p):
        expected = sums[0] * first[j] - sums[1] * first_deaths[j]
        score[j] -= expected
        if interaction:
            score[p + j] -= g * expected
        for k in range(j + 1):
            cross = first[j] * first_deaths[k] + first_deaths[j] * first[k]
            variance = sums[0] * second[j, k] - sums[1] * second_deaths[j, k]
            variance -= sums[2] * first[j] * first[k]
            variance -= sums[4] * first_deaths[j] * first_deaths[k] - sums[3] * cross
            information[j, k] += variance
            if interaction:
                information[p + j, k] += g * variance
                information[p + j, p + k] += g * g * variance


@njit(cache=True, error_model="numpy")
def log_likelihood(
    x: Floats, beta: Floats, offset: Floats, weight: Floats, event: Marks, stop: Floats, start: Floats,
    entry_order: Integers, bounds: Integers, efron: bool, time_weight: Floats, risk: Floats, score: Floats,
    information: Floats,
) -> float:  # fmt: skip
    """Partial log-likelihood at beta; fills risk (n,) = weight·exp(eta), score and lower-triangular information.

    ``time_weight`` is empty, or g(stop) for each row when score and information cover covariate × g(time).
    """
    p = x.shape[1]
    delayed = entry_order.shape[0] > 0
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
            i = join_risk_set(x, beta, offset, weight, event, stop, i, end, risk, first, second, tally)
            if tally[DEATHS] == 0.0:
                continue
            if delayed:
                leaver = leave_risk_set(
                    x, start, entry_order, leaver, at_time, i, end, time, risk, first, second, tally
                )
            g = time_weight[at_time] if time_weight.shape[0] > 0 else 0.0
            n_deaths = int(tally[DEATHS])
            many = efron and n_deaths > 1
            add_deaths(x, weight, event, risk, at_time, i, many, g, first_deaths, second_deaths, score)
            tally[LOG_LIKELIHOOD] -= tie_sums(
                tally[RISK], tally[RISK_DEATHS], tally[WEIGHT_DEATHS], n_deaths, efron, sums
            )
            take_expected(sums, first, first_deaths, second, second_deaths, g, score, information)
    return tally[LOG_LIKELIHOOD]


@njit(cache=True, error_model="numpy")
def all_finite(value: float, score: Floats, information: Floats) -> bool:
    """True when the log-likelihood and all its derivatives are numbers."""
    return bool(np.isfinite(value) and np.isfinite(score).all() and np.isfinite(information).all())


@njit(cache=True, error_model="numpy")
def newton_decrement(
    score: Floats,
    information: Floats,
    step: Floats,
    aliased: Marks,
    lost: Marks,
    tolerance: float,
    floor: float,
) -> float:
    """Decompose the information, fill the Newton step and mark pivots lost since the start; score'step."""
    step[:] = score
    decompose(information, tolerance, floor)
    solve(information, step)
    decrement = 0.0
    for j in range(score.shape[0]):
        decrement += score[j] * step[j]
        lost[j] = information[j, j] == 0.0 and not aliased[j]
    return decrement


@njit(cache=True, error_model="numpy")
def maximise(
    x: Floats, offset: Floats, weight: Floats, event: Marks, stop: Floats, start: Floats, entry_order: Integers,
    bounds: Integers, efron: bool, max_iterations: int, epsilon: float, tolerance: float, risk: Floats,
) -> tuple[Array, Array, float, float, int, bool, Array, Array, Array]:  # fmt: skip
    """Newton's method with step halving, started at 0.

    Stops by R's rule (relative change of the log-likelihood ≤ epsilon) and then polishes with full steps until
    the Newton decrement is below 1e-18, so that the estimate is exact to rounding. A decrement that only shrinks
    by a constant factor is the mark of a coefficient on its way to infinity.

    Returns:
        beta, inverse information, log-likelihood at 0 and at beta, iterations, settled (R's rule met),
        the step that would come next, aliased (p,), lost (p,): pivots that vanished on the way.
    """
    p = x.shape[1]
    plain = np.zeros(0)
    beta, trial, step = np.zeros(p), np.zeros(p), np.zeros(p)
    score, information = np.zeros(p), np.zeros((p, p))
    aliased, lost = np.zeros(p, np.bool_), np.zeros(p, np.bool_)
    best = log_likelihood(
        x,
        beta,
        offset,
        weight,
        event,
        stop,
        start,
        entry_order,
        bounds,
        efron,
        plain,
        risk,
        score,
        information,
    )
    null = best
    # Columns have unit spread: rounding leaves about 1e-16 per event of the information of a column without any.
    floor = float(1e-14 * np.sum(weight * event))
    decrement = newton_decrement(score, information, step, aliased, lost, tolerance, floor)
    aliased[:] = lost
    lost[:] = False
    settled = False
    halvings, iterations, polished = 0, 0, 0
    while p > 0 and iterations < max_iterations + POLISH_STEPS:
        if halvings == 0:
            trial[:] = beta + step
        iterations += 1
        value = log_likelihood(
            x,
            trial,
            offset,
            weight,
            event,
            stop,
            start,
            entry_order,
            bounds,
            efron,
            plain,
            risk,
            score,
            information,
        )
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
        log_likelihood(
            x,
            beta,
            offset,
            weight,
            event,
            stop,
            start,
            entry_order,
            bounds,
            efron,
            plain,
            risk,
            score,
            information,
        )
        newton_decrement(score, information, step, aliased, lost, tolerance, floor)
    return beta, invert(information), null, best, iterations, settled, step, aliased, lost
