"""Martingale and score residuals of a Cox fit, and the hazard increments of its risk sets (compiled).

Belongs here: quantities per row or per event time at given coefficients. Does not belong here: fitting.
Rows are in the order described in ``cox_kernel``. A walk backwards in time cumulates A = Σ a and B = Σ b of the event
times passed; what a row collects over (start, stop] is the difference between leaving and joining the risk set.
"""

import math

import numpy as np
from numba import njit

from analytics.survival.cox_kernel import tie_sums


@njit(cache=True)
def shift_first_moment(x, row, risk, first):
    """Add (or with negative risk remove) a row's share of the first moment."""
    for j in range(x.shape[1]):
        first[j] += risk * x[row, j]


@njit(cache=True)
def close_row(x, row, relative_risk, hazard, weighted_mean, martingale, score):
    """A row leaves the risk sets: take the cumulated hazard off its residuals."""
    martingale[row] -= relative_risk * hazard
    for j in range(x.shape[1]):
        score[row, j] -= relative_risk * (x[row, j] * hazard - weighted_mean[j])


@njit(cache=True)
def residual_pass(x, beta, offset, weight, event, stop, start, entry_order, bounds, efron):
    """Residuals at beta, unweighted.

    Returns:
        martingale (n,), score (n, p), Schoenfeld residuals (n, p; rows without event are 0),
        hazard increment (n,): the baseline hazard's jump at a row's stop (at x = 0), filled for each row.
    """
    n, p = x.shape
    delayed = entry_order.shape[0] > 0
    relative = np.empty(n)
    martingale, increment = np.zeros(n), np.zeros(n)
    score, schoenfeld = np.zeros((n, p)), np.zeros((n, p))
    first, first_deaths, weighted_mean = np.zeros(p), np.zeros(p), np.zeros(p)
    sums = np.zeros(5)
    for row in range(n):
        eta = offset[row]
        for j in range(p):
            eta += beta[j] * x[row, j]
        relative[row] = math.exp(eta)
    for stratum in range(bounds.shape[0] - 1):
        begin, end = bounds[stratum], bounds[stratum + 1]
        i, leaver, n_risk = begin, begin, 0
        risk_total, hazard = 0.0, 0.0
        first[:] = 0.0
        weighted_mean[:] = 0.0
        while i < end:
            time = stop[i]
            at_time = i
            n_deaths = 0
            weight_deaths, risk_deaths = 0.0, 0.0
            first_deaths[:] = 0.0
            while i < end and stop[i] == time:
                risk = weight[i] * relative[i]
                risk_total += risk
                n_risk += 1
                shift_first_moment(x, i, risk, first)
                close_row(x, i, -relative[i], hazard, weighted_mean, martingale, score)
                if event[i]:
                    n_deaths += 1
                    weight_deaths += weight[i]
                    risk_deaths += risk
                    shift_first_moment(x, i, risk, first_deaths)
                i += 1
            if n_deaths == 0:
                continue
            while delayed and leaver < end and start[entry_order[leaver]] >= time:
                row = entry_order[leaver]
                risk_total -= weight[row] * relative[row]
                n_risk -= 1
                shift_first_moment(x, row, -weight[row] * relative[row], first)
                close_row(x, row, relative[row], hazard, weighted_mean, martingale, score)
                leaver += 1
            if delayed and n_risk == i - at_time:
                risk_total = 0.0
                first[:] = 0.0
                for row in range(at_time, i):
                    risk_total += weight[row] * relative[row]
                    shift_first_moment(x, row, weight[row] * relative[row], first)
            tie_sums(risk_total, risk_deaths, weight_deaths, n_deaths, efron, sums)
            hazard += sums[0]
            for j in range(p):
                weighted_mean[j] += sums[2] * first[j] - sums[3] * first_deaths[j]
            for row in range(at_time, i):
                increment[row] = sums[0]
                if not event[row]:
                    continue
                martingale[row] += 1.0 + relative[row] * sums[1]
                for j in range(p):
                    mean = (sums[0] * first[j] - sums[1] * first_deaths[j]) / weight_deaths
                    schoenfeld[row, j] = x[row, j] - mean
                    spared = x[row, j] * sums[1] - (sums[3] * first[j] - sums[4] * first_deaths[j])
                    score[row, j] += schoenfeld[row, j] + relative[row] * spared
        for row in entry_order[leaver:end] if delayed else np.arange(begin, end):
            close_row(x, row, relative[row], hazard, weighted_mean, martingale, score)
    return martingale, score, schoenfeld, increment
