"""Steps of the backward walk through the risk sets of a Cox model (compiled, inlined into ``cox_kernel``).

Belongs here: the rows as kernels take them, joining and leaving the risk set, sums over tied deaths, their share of
score and information.
Does not belong here: the walk itself.

Of d tied deaths Efron's k-th term takes the share k/d of them out of the risk set (k = 0..d-1). Summed over k,
all d terms of a tied time need only the five scalars of ``tie_sums``, so heavy ties cost no more than light ones.
"""

import math
from typing import NamedTuple

from analytics.kernels import kernel
from analytics.survival.arrays import Floats, Integers, Marks


class SortedRows(NamedTuple):
    """n rows by stratum and, within it, by descending stop; ``bounds`` holds where strata begin, and n.

    ``x`` is (n, p). ``entry_order`` lists rows by stratum and descending entry; like ``entry`` it is empty when nobody
    enters late. A compiled function reads these by place: the order of the fields belongs to the kernels.
    """

    x: Floats
    offset: Floats
    weight: Floats
    event: Marks
    stop: Floats
    entry: Floats
    entry_order: Integers
    bounds: Integers


# Places in the tally of a walk: of the risk set, then of the deaths at one time.
RISK, ROWS, DEATHS, WEIGHT_DEATHS, RISK_DEATHS, LOG_LIKELIHOOD = range(6)


@kernel(error_model="numpy", inline="always")
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


@kernel(error_model="numpy", inline="always")
def clear(first: Floats, second: Floats) -> None:
    """Set first and second moments to 0."""
    for j in range(first.shape[0]):
        first[j] = 0.0
        for k in range(j + 1):
            second[j, k] = 0.0


@kernel(error_model="numpy", inline="always")
def shift_moments(x: Floats, row: int, risk: float, first: Floats, second: Floats) -> None:
    """Add (or with negative risk remove) a row's share of the first and second moments."""
    for j in range(x.shape[1]):
        value = risk * x[row, j]
        first[j] += value
        for k in range(j + 1):
            second[j, k] += value * x[row, k]


@kernel(error_model="numpy", inline="always")
def join_risk_set(
    rows: SortedRows,
    beta: Floats,
    i: int,
    end: int,
    risk: Floats,
    first: Floats,
    second: Floats,
    tally: Floats,
) -> int:
    """Rows whose stop is that of row i come under risk; returns the place after the last of them."""
    time = rows.stop[i]
    tally[DEATHS] = 0.0
    tally[WEIGHT_DEATHS] = 0.0
    tally[RISK_DEATHS] = 0.0
    while i < end and rows.stop[i] == time:
        eta = rows.offset[i]
        for j in range(rows.x.shape[1]):
            eta += beta[j] * rows.x[i, j]
        risk[i] = rows.weight[i] * math.exp(eta)
        tally[RISK] += risk[i]
        tally[ROWS] += 1.0
        shift_moments(rows.x, i, risk[i], first, second)
        if rows.event[i]:
            tally[DEATHS] += 1.0
            tally[WEIGHT_DEATHS] += rows.weight[i]
            tally[RISK_DEATHS] += risk[i]
            tally[LOG_LIKELIHOOD] += rows.weight[i] * eta
        i += 1
    return i


@kernel(error_model="numpy", inline="always")
def leave_risk_set(
    rows: SortedRows, leaver: int, at_time: int, i: int, end: int, time: float, risk: Floats, first: Floats,
    second: Floats, tally: Floats,
) -> int:  # fmt: skip
    """Rows that enter at ``time`` or later are not at risk at it; returns the next row to leave.

    When only the rows at_time..i of this very time remain, sums begin afresh instead of keeping rounding error.
    """
    while leaver < end and rows.entry[rows.entry_order[leaver]] >= time:
        row = rows.entry_order[leaver]
        tally[RISK] -= risk[row]
        tally[ROWS] -= 1.0
        shift_moments(rows.x, row, -risk[row], first, second)
        leaver += 1
    if tally[ROWS] == i - at_time:
        tally[RISK] = 0.0
        clear(first, second)
        for row in range(at_time, i):
            tally[RISK] += risk[row]
            shift_moments(rows.x, row, risk[row], first, second)
    return leaver


@kernel(error_model="numpy", inline="always")
def add_deaths(
    rows: SortedRows, risk: Floats, at_time: int, i: int, many: bool, g: float, first_deaths: Floats,
    second_deaths: Floats, score: Floats,
) -> None:  # fmt: skip
    """Observed covariates of the deaths among rows at_time..i and, for several deaths, the deaths' moments.

    For a single death the moments are left as they are: its ``tie_sums`` give them no weight.
    """
    p = rows.x.shape[1]
    interaction = score.shape[0] > p
    if many:
        clear(first_deaths, second_deaths)
    for row in range(at_time, i):
        if not rows.event[row]:
            continue
        for j in range(p):
            score[j] += rows.weight[row] * rows.x[row, j]
            if interaction:
                score[p + j] += g * rows.weight[row] * rows.x[row, j]
        if many:
            shift_moments(rows.x, row, risk[row], first_deaths, second_deaths)


@kernel(error_model="numpy", inline="always")
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
