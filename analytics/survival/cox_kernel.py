"""The Cox partial likelihood, its derivatives and its maximum (compiled).

Belongs here: one backward walk through the risk sets of all strata, and Newton's iteration on it.
Does not belong here: sorting (``cox_data``), residuals (``cox_residual_kernel``), anything with names.

Rows come sorted by stratum and, within it, by descending stop; ``bounds`` holds where strata begin.
``entry_order`` lists rows by stratum and descending start, and is empty when nobody enters late.
Of d tied deaths Efron's k-th term takes the share k/d of them out of the risk set (k = 0..d-1). Summed over k,
all d terms of a tied time need only the five scalars of ``tie_sums``, so heavy ties cost no more than light ones.
"""

import math

import numpy as np
from numba import njit

from analytics.survival.ldl_kernel import decompose, invert, solve

POLISH_STEPS = 8


@njit(cache=True)
def tie_sums(risk_total, risk_deaths, weight_deaths, n_deaths, efron, sums):
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


@njit(cache=True)
def shift_moments(x, row, risk, first, second):
    """Add (or with negative risk remove) a row's share of the first and second moments."""
    for j in range(x.shape[1]):
        value = risk * x[row, j]
        first[j] += value
        for k in range(j + 1):
            second[j, k] += value * x[row, k]


@njit(cache=True)
def add_information(sums, first, first_deaths, second, second_deaths, time_weight, score, information, interaction):
    """Take a tied time's expected covariates off the score and add its variance to the information.

    With ``interaction`` the blocks of covariate × g(time) are filled too: score (2p,), information (2p, 2p).
    """
    p = first.shape[0]
    for j in range(p):
        expected = sums[0] * first[j] - sums[1] * first_deaths[j]
        score[j] -= expected
        if interaction:
            score[p + j] -= time_weight * expected
        for k in range(j + 1):
            cross = first[j] * first_deaths[k] + first_deaths[j] * first[k]
            variance = sums[0] * second[j, k] - sums[1] * second_deaths[j, k]
            variance -= sums[2] * first[j] * first[k]
            variance -= sums[4] * first_deaths[j] * first_deaths[k] - sums[3] * cross
            information[j, k] += variance
            if interaction:
                information[p + j, k] += time_weight * variance
                information[p + j, p + k] += time_weight * time_weight * variance


@njit(cache=True)
def log_likelihood(
    x, beta, offset, weight, event, stop, start, entry_order, bounds, efron, time_weight, risk, score, information
):
    """Partial log-likelihood at beta; fills risk (n,) = weight·exp(eta), score and lower-triangular information."""
    n, p = x.shape
    delayed = entry_order.shape[0] > 0
    interaction = time_weight.shape[0] > 0
    score[:] = 0.0
    information[:] = 0.0
    first, first_deaths = np.zeros(p), np.zeros(p)
    second, second_deaths = np.zeros((p, p)), np.zeros((p, p))
    sums = np.zeros(5)
    total = 0.0
    for stratum in range(bounds.shape[0] - 1):
        i, end = bounds[stratum], bounds[stratum + 1]
        leaver = i
        n_risk = 0
        risk_total = 0.0
        first[:] = 0.0
        second[:] = 0.0
        while i < end:
            time = stop[i]
            at_time = i
            n_deaths = 0
            weight_deaths, risk_deaths = 0.0, 0.0
            while i < end and stop[i] == time:
                eta = offset[i]
                for j in range(p):
                    eta += beta[j] * x[i, j]
                risk[i] = weight[i] * math.exp(eta)
                risk_total += risk[i]
                n_risk += 1
                shift_moments(x, i, risk[i], first, second)
                if event[i]:
                    n_deaths += 1
                    weight_deaths += weight[i]
                    risk_deaths += risk[i]
                    total += weight[i] * eta
                i += 1
            if n_deaths == 0:
                continue
            if delayed:
                while leaver < end and start[entry_order[leaver]] >= time:
                    row = entry_order[leaver]
                    risk_total -= risk[row]
                    n_risk -= 1
                    shift_moments(x, row, -risk[row], first, second)
                    leaver += 1
                if n_risk == i - at_time:
                    # Everyone left at risk is at this very time: start afresh instead of keeping rounding error.
                    risk_total = 0.0
                    first[:] = 0.0
                    second[:] = 0.0
                    for row in range(at_time, i):
                        risk_total += risk[row]
                        shift_moments(x, row, risk[row], first, second)
            first_deaths[:] = 0.0
            second_deaths[:] = 0.0
            g = time_weight[at_time] if interaction else 0.0
            many = efron and n_deaths > 1
            for row in range(at_time, i):
                if event[row]:
                    for j in range(p):
                        score[j] += weight[row] * x[row, j]
                        if interaction:
                            score[p + j] += g * weight[row] * x[row, j]
                    if many:
                        shift_moments(x, row, risk[row], first_deaths, second_deaths)
            total -= tie_sums(risk_total, risk_deaths, weight_deaths, n_deaths, efron, sums)
            add_information(
                sums, first, first_deaths, second, second_deaths, g, score, information, interaction
            )
    return total


@njit(cache=True)
def all_finite(value, score, information):
    """True when the log-likelihood and all its derivatives are numbers."""
    if not np.isfinite(value):
        return False
    for j in range(score.shape[0]):
        if not np.isfinite(score[j]):
            return False
        for k in range(j + 1):
            if not np.isfinite(information[j, k]):
                return False
    return True


@njit(cache=True)
def maximise(
    x, offset, weight, event, stop, start, entry_order, bounds, efron, max_iterations, epsilon, tolerance, risk
):
    """Newton's method with step halving, started at 0.

    Stops by R's rule (relative change of the log-likelihood ≤ epsilon) and then polishes with full steps until
    the Newton decrement is below 1e-18, so that the estimate is exact to rounding.

    Returns:
        beta, inverse information, score at beta, log-likelihood at 0 and at beta, iterations,
        settled (R's rule met), last step, aliased (p,), lost (p,): pivots that vanished on the way.
    """
    p = x.shape[1]
    no_time_weight = np.zeros(0)
    beta, trial, step = np.zeros(p), np.zeros(p), np.zeros(p)
    score, information = np.zeros(p), np.zeros((p, p))
    aliased, lost = np.zeros(p, np.bool_), np.zeros(p, np.bool_)
    best = log_likelihood(
        x, beta, offset, weight, event, stop, start, entry_order, bounds, efron, no_time_weight, risk, score,
        information,
    )  # fmt: skip
    null = best
    decompose(information, tolerance)
    for j in range(p):
        aliased[j] = information[j, j] == 0.0
    step[:] = score
    solve(information, step)
    settled = False
    halvings, iterations, polished = 0, 0, 0
    decrement = np.inf
    while p > 0 and iterations < max_iterations + POLISH_STEPS:
        if halvings == 0:
            trial[:] = beta + step
        iterations += 1
        value = log_likelihood(
            x, trial, offset, weight, event, stop, start, entry_order, bounds, efron, no_time_weight, risk, score,
            information,
        )  # fmt: skip
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
        step[:] = score
        decompose(information, tolerance)
        solve(information, step)
        previous = decrement
        decrement = 0.0
        for j in range(p):
            decrement += score[j] * step[j]
            lost[j] = information[j, j] == 0.0 and not aliased[j]
        settled = settled or near
        if settled:
            polished += 1
            if decrement < 1e-18 or polished > POLISH_STEPS or (decrement < 1e-10 and decrement > 0.2 * previous):
                break
        elif iterations >= max_iterations:
            break
    if halvings > 0:
        best = log_likelihood(
            x, beta, offset, weight, event, stop, start, entry_order, bounds, efron, no_time_weight, risk, score,
            information,
        )  # fmt: skip
        decompose(information, tolerance)
    return beta, invert(information), score, null, best, iterations, settled, step, aliased, lost
