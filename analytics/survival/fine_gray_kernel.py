"""The Fine–Gray subdistribution likelihood and its residuals (compiled).

Rows are sorted by ascending time; ``kind`` is 0 censored, 1 the cause of interest, 2 another cause. ``before`` (g, T)
is each censoring group's censoring survival just before each distinct time, ``at`` (n,) the place of a row's time.
A row that failed from another cause stays at risk with weight before[g, t] / before[g, own time].
Ties: Breslow, as cmprsk.
"""
# ruff: noqa: PLR0912, C901 - compiled kernels take arrays one by one and are one loop each

import math

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats, Integers


@kernel(error_model="numpy")
def subdistribution_moments(
    x: Floats,
    beta: Floats,
    kind: Integers,
    at: Integers,
    group: Integers,
    before: Floats,
    mean: Floats,
    total: Floats,
) -> Array:
    """Risk-set total (T,) and weighted mean (T, p) at each distinct time; returns relative risks (n,).

    Those still under observation are summed backwards, failures from other causes forwards: no differences taken.
    """
    n, p = x.shape
    n_groups, n_times = before.shape
    risk = np.empty(n)
    total[:] = 0.0
    mean[:] = 0.0
    for row in range(n):
        eta = 0.0
        for j in range(p):
            eta += beta[j] * x[row, j]
        risk[row] = math.exp(eta)
    running, first = 0.0, np.zeros(p)
    row = n - 1
    for k in range(n_times - 1, -1, -1):
        while row >= 0 and at[row] == k:
            running += risk[row]
            for j in range(p):
                first[j] += risk[row] * x[row, j]
            row -= 1
        total[k] = running
        mean[k] = first
    stayed, stayed_first = np.zeros(n_groups), np.zeros((n_groups, p))
    row = 0
    for k in range(n_times):
        for g in range(n_groups):
            total[k] += before[g, k] * stayed[g]
            for j in range(p):
                mean[k, j] += before[g, k] * stayed_first[g, j]
        while row < n and at[row] == k:
            if kind[row] == 2:
                g = group[row]
                share = risk[row] / before[g, k]
                stayed[g] += share
                for j in range(p):
                    stayed_first[g, j] += share * x[row, j]
            row += 1
        for j in range(p):
            mean[k, j] /= total[k]
    return risk


@kernel(error_model="numpy")
def subdistribution_information(
    x: Floats,
    risk: Floats,
    kind: Integers,
    at: Integers,
    group: Integers,
    before: Floats,
    total: Floats,
    mean: Floats,
    jumps: Floats,
) -> Array:
    """Information (p, p) = Σ_t jump(t)·Σ_i w_i(t) r_i (x_i − mean)(x_i − mean)', via sums over rows.

    ``jumps`` (T,) are the baseline increments. Σ_i r_i x_i x_i'·∫ w_i dΛ minus Σ_t total·jump·mean·mean'.
    """
    n, p = x.shape
    n_groups, n_times = before.shape
    cumulated = np.zeros(n_times)
    later = np.zeros((n_groups, n_times + 1))
    running = 0.0
    for k in range(n_times):
        running += jumps[k]
        cumulated[k] = running
    for g in range(n_groups):
        for k in range(n_times - 1, -1, -1):
            later[g, k] = later[g, k + 1] + before[g, k] * jumps[k]
    information = np.zeros((p, p))
    for row in range(n):
        exposure = cumulated[at[row]]
        if kind[row] == 2:
            g = group[row]
            exposure += later[g, at[row] + 1] / before[g, at[row]]
        for j in range(p):
            for k in range(j + 1):
                information[j, k] += risk[row] * exposure * x[row, j] * x[row, k]
    for t in range(n_times):
        for j in range(p):
            for k in range(j + 1):
                information[j, k] -= total[t] * jumps[t] * mean[t, j] * mean[t, k]
    return information


@kernel(error_model="numpy")
def influence_of_rows(
    x: Floats,
    risk: Floats,
    kind: Integers,
    at: Integers,
    group: Integers,
    before: Floats,
    mean: Floats,
    jumps: Floats,
    at_risk: Floats,
    censor_hazard: Floats,
) -> Array:
    """Influence on the score (n, p): score residuals plus the censoring distribution's estimation.

    Fine & Gray 1999, section 3: η_i + ψ_i, ψ_i = ∫ q(u)/π(u) dM_i^c(u), where q(u) collects what failures from other
    causes before u contribute to the score from u on. ``at_risk`` and ``censor_hazard`` (g, T) belong to the
    censoring groups.
    """
    n, p = x.shape
    n_groups, n_times = before.shape
    hazard, mean_hazard = np.zeros(n_times + 1), np.zeros((n_times + 1, p))
    for k in range(n_times):
        hazard[k + 1] = hazard[k] + jumps[k]
        for j in range(p):
            mean_hazard[k + 1, j] = mean_hazard[k, j] + jumps[k] * mean[k, j]
    residual = np.zeros((n, p))
    q = np.zeros((n_groups, n_times, p))
    later, later_mean = np.zeros((n_groups, n_times + 1)), np.zeros((n_groups, n_times + 1, p))
    for g in range(n_groups):
        for k in range(n_times - 1, -1, -1):
            later[g, k] = later[g, k + 1] + before[g, k] * jumps[k]
            for j in range(p):
                later_mean[g, k, j] = later_mean[g, k + 1, j] + before[g, k] * jumps[k] * mean[k, j]
    stayed, stayed_first = np.zeros(n_groups), np.zeros((n_groups, p))
    row = 0
    for k in range(n_times):
        begin = row
        while row < n and at[row] == k:
            g = group[row]
            share = risk[row] / before[g, k]
            for j in range(p):
                value = -risk[row] * (x[row, j] * hazard[k + 1] - mean_hazard[k + 1, j])
                if kind[row] == 1:
                    value += x[row, j] - mean[k, j]
                if kind[row] == 2:
                    value -= share * (x[row, j] * later[g, k + 1] - later_mean[g, k + 1, j])
                residual[row, j] = value
            row += 1
        for g in range(n_groups):
            for j in range(p):
                q[g, k, j] = stayed_first[g, j] * later[g, k] - stayed[g] * later_mean[g, k, j]
        for i in range(begin, row):
            if kind[i] == 2:
                g = group[i]
                stayed[g] += risk[i] / before[g, k]
                for j in range(p):
                    stayed_first[g, j] += risk[i] / before[g, k] * x[i, j]
    add_censoring_influence(residual, kind, at, group, q, at_risk, censor_hazard)
    return residual


@kernel(error_model="numpy")
def add_censoring_influence(
    residual: Floats,
    kind: Integers,
    at: Integers,
    group: Integers,
    q: Floats,
    at_risk: Floats,
    censor_hazard: Floats,
) -> None:
    """Add ∫ q/π dM^c of each row's own censoring group."""
    n, p = residual.shape
    n_groups, n_times = at_risk.shape
    cumulated = np.zeros((n_groups, n_times + 1, p))
    for g in range(n_groups):
        for k in range(n_times):
            for j in range(p):
                step = 0.0
                if at_risk[g, k] > 0:
                    step = q[g, k, j] / at_risk[g, k] * censor_hazard[g, k]
                cumulated[g, k + 1, j] = cumulated[g, k, j] + step
    for row in range(n):
        g, k = group[row], at[row]
        for j in range(p):
            if kind[row] == 0:
                residual[row, j] += q[g, k, j] / at_risk[g, k]
            residual[row, j] -= cumulated[g, k + 1, j]
