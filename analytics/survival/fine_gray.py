"""Fine–Gray regression of the subdistribution hazard.

Belongs here: fitting and its variance. Cause-specific hazards and incidences: ``competing_risks``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.survival.arrays import Floats, Integers
from analytics.survival.competing_risks import failures
from analytics.survival.cox import EPSILON, MAX_ITERATIONS
from analytics.survival.cox_data import model_records
from analytics.survival.cox_fit import CoxArrays, CoxFit, named_fit, no_fit
from analytics.survival.fine_gray_kernel import (
    influence_of_rows,
    subdistribution_information,
    subdistribution_moments,
)
from analytics.survival.ldl_kernel import PIVOT_TOLERANCE, decompose, invert, solve
from analytics.survival.records import Records
from analytics.survival.sorting_kernel import standardise, sum_by_group


@dataclass(frozen=True)
class _Rows:
    """Rows by ascending time, with the censoring survival of each group (see ``fine_gray_kernel``)."""

    order: Integers
    x: Floats
    scale: Floats
    kind: Integers
    place: Integers
    group: Integers
    before: Floats
    at_risk: Floats
    censor_hazard: Floats


@dataclass(frozen=True)
class _State:
    """Likelihood and derivatives at some coefficients."""

    value: float
    score: Floats
    information: Floats
    risk: Floats
    mean: Floats
    jumps: Floats


def fine_gray(records: Records, covariates: pd.DataFrame, of_cause: int = 1) -> CoxFit:
    """The fit of ``fit_fine_gray``, without influences."""
    return fit_fine_gray(records, covariates, of_cause)[0]


def fit_fine_gray(records: Records, covariates: pd.DataFrame, of_cause: int = 1) -> tuple[CoxFit, Floats]:
    """Proportional subdistribution hazards (Fine & Gray 1999), as ``crr`` of R's cmprsk; ties as Breslow's.

    The robust covariance accounts for the estimated censoring distribution, as crr's, by cluster when given; ``covariance``
    is the inverse information. Missing values, no events, collinearity and separation are handled as in ``cox.fit_cox``.

    Args:
        records: n records, ``event`` being 0 censored, 1..k cause of failure. Strata are groups with censoring
            distributions of their own (crr's ``cengroup``), as for arms followed up in different studies; a group's
            censoring then enters the variance through that group alone, where crr lets it act on all.
        covariates: (n, k) frame; text columns become indicators.
        of_cause: the cause of interest.

    Returns:
        The fit, and the influence (n, k) of every record given on its coefficients; NaN for those not used.

    Raises:
        ValueError: records with entry or weight, which this model does not know; see ``cox_data.model_records``.
    """
    if any(given is not None for given in (records.entry, records.weight)):
        raise ValueError(
            "fine_gray takes neither delayed entry nor weights: give stop, event, cluster and strata"
        )
    model = model_records(failures(records), covariates)
    used = model.records
    causes = records.event[model.kept]
    kind = np.where(causes == of_cause, 1, np.where(causes > 0, 2, 0))
    if not (kind == 1).any():
        note = "no events of the cause of interest" if used.n else "no complete records"
        none = no_fit(model.design, note, n=used.n, n_missing=model.n_missing, robust=True, ties="breslow")
        return none, np.full((len(records), model.x.shape[1]), np.nan)
    rows = _prepare(used.stop, kind, model.x, used.strata)
    arrays, dfbeta = _maximise(rows)
    influence = np.full((len(records), model.x.shape[1]), np.nan)
    influence[np.flatnonzero(model.kept)[rows.order]] = dfbeta
    if used.cluster is not None and used.n_cluster is not None:
        dfbeta = sum_by_group(dfbeta, used.cluster[rows.order], used.n_cluster)
    fit = named_fit(
        arrays._replace(robust_covariance=dfbeta.T @ dfbeta),
        model.design,
        n=used.n,
        n_event=int((kind == 1).sum()),
        n_missing=model.n_missing,
        ties="breslow",
        n_cluster=used.n_cluster,
    )
    return fit, influence


def _prepare(stop: Floats, kind: Integers, x: Floats, group: Integers | None) -> _Rows:
    order = np.argsort(stop, kind="stable")
    standard, _, scale = standardise(x, np.ones(len(stop)), order)
    times, at = np.unique(stop[order], return_inverse=True)
    kind = kind[order].astype(np.int64)
    group = np.zeros(len(stop), dtype=np.int64) if group is None else group[order]
    n_groups = int(group.max()) + 1
    shape = (n_groups, len(times))
    leaving = np.zeros(shape)
    np.add.at(leaving, (group, at), 1.0)
    censored = np.zeros(shape)
    np.add.at(censored, (group, at), (kind == 0).astype(np.float64))
    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    hazard = np.divide(censored, at_risk, out=np.zeros(shape), where=at_risk > 0)
    before = np.concatenate([np.ones((n_groups, 1)), np.cumprod(1.0 - hazard, axis=1)[:, :-1]], axis=1)
    # A group without anybody left has no weight to give: its rows that stay at risk drop out.
    return _Rows(order, standard, scale, kind, at.astype(np.int64), group, before, at_risk, hazard)


def _evaluate(rows: _Rows, beta: Floats) -> _State:
    n_times = rows.before.shape[1]
    mean, total = np.empty((n_times, len(beta))), np.empty(n_times)
    risk = subdistribution_moments(rows.x, beta, rows.kind, rows.place, rows.group, rows.before, mean, total)
    events = rows.kind == 1
    deaths = np.bincount(rows.place[events], minlength=n_times)
    with np.errstate(divide="ignore", invalid="ignore"):
        jumps = np.where(deaths > 0, deaths / total, 0.0)
        value = float(
            (rows.x[events] @ beta).sum() - (deaths * np.log(np.where(deaths > 0, total, 1.0))).sum()
        )
    score = rows.x[events].sum(axis=0) - deaths @ mean
    information = subdistribution_information(
        rows.x, risk, rows.kind, rows.place, rows.group, rows.before, total, mean, jumps
    )
    return _State(value, score, information, risk, mean, jumps)


def _maximise(rows: _Rows) -> tuple[CoxArrays, Floats]:
    """Newton with step halving; stops when the Newton decrement vanishes or the likelihood no longer moves.

    Returns:
        The estimates, without a robust covariance, and the influence (n, p) of each row on the coefficients.
    """
    p = rows.x.shape[1]
    beta = np.zeros(p)
    state = _evaluate(rows, beta)
    null = state.value
    floor = 1e-14 * float((rows.kind == 1).sum())
    decompose(state.information, PIVOT_TOLERANCE, floor)
    aliased = np.diag(state.information) == 0
    converged, iterations, quiet = False, 0, 0
    step = state.score.copy()
    solve(state.information, step)
    while iterations < 2 * MAX_ITERATIONS and float(state.score @ step) >= 1e-20:
        iterations += 1
        trial, halvings = _evaluate(rows, beta + step), 0
        while not np.isfinite(trial.value) or trial.value < state.value - EPSILON * abs(state.value):
            halvings += 1
            if halvings > 20:
                break
            step = step / 2
            trial = _evaluate(rows, beta + step)
        quiet += abs(trial.value - state.value) <= EPSILON * abs(trial.value)
        beta, state = beta + step, trial
        step = state.score.copy()
        decompose(state.information, PIVOT_TOLERANCE, floor)
        solve(state.information, step)
        if quiet > 4 or halvings > 20:
            break
    converged = quiet > 0 or float(state.score @ step) < 1e-20
    lost = (np.diag(state.information) == 0) & ~aliased
    moving = (np.abs(step) > 1e-4 * np.abs(beta)) & (np.abs(step) > 1e-6)
    diverging = ~aliased & (lost | moving)
    inverse = invert(state.information)
    influence = influence_of_rows(
        rows.x, state.risk, rows.kind, rows.place, rows.group, rows.before, state.mean, state.jumps, rows.at_risk,
        rows.censor_hazard,
    )  # fmt: skip
    scales = np.outer(rows.scale, rows.scale)
    arrays = CoxArrays(
        beta / rows.scale,
        inverse / scales,
        None,
        state.value,
        null,
        iterations,
        converged,
        aliased,
        diverging,
    )
    return arrays, influence @ inverse / rows.scale
