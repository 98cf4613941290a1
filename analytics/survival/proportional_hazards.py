"""Test of proportional hazards.

Belongs here: the score test of covariate × g(time), per term and for all. Does not belong here: fitting, plots.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc
from scipy.stats import rankdata

from analytics.survival.arrays import Array, Floats
from analytics.survival.cox import fit_cox
from analytics.survival.cox_data import risk_set_rows
from analytics.survival.cox_fit import CoxFit
from analytics.survival.cox_kernel import log_likelihood
from analytics.survival.design import design_matrix
from analytics.survival.risk_sets import risk_sets
from analytics.survival.times import FollowUp, codes_of, follow_up, labelled

TRANSFORMS = ("km", "identity", "rank", "log")


def proportional_hazards_test(
    stop: ArrayLike,
    event: ArrayLike,
    covariates: pd.DataFrame,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    ties: str = "efron",
    transform: str = "km",
    terms: bool = True,
    fit: CoxFit | None = None,
) -> pd.DataFrame:
    """Score test that each coefficient is constant in time, as ``cox.zph`` of R's survival ≥ 3.0.

    The alternative is a coefficient beta + theta·g(time), g one of ``km`` (1 − the unweighted, unstratified
    Kaplan–Meier just before the time), ``identity``, ``rank``, ``log``. As in R, clusters do not enter the test.

    Args:
        stop, event, covariates, start, weights, strata, cluster, offset, ties: see ``cox.fit_cox``.
        transform: g.
        terms: test the columns of a category together; otherwise column by column.
        fit: the fit of these very arguments, to save fitting again.

    Returns:
        Frame with term, transform, chi2, df, p_value, note; the last row's term is ``GLOBAL``. Where the model
        has no estimate, chi2 and p_value are NaN and the note says why.

    Raises:
        ValueError: unknown transform; see also ``cox.fit_cox``.
    """
    if transform not in TRANSFORMS:
        raise ValueError(f"transform must be one of {', '.join(TRANSFORMS)}, not {transform}")
    if fit is None:
        fit = fit_cox(
            stop, event, covariates, start=start, weights=weights, strata=strata, offset=offset, ties=ties
        )
    design = design_matrix(covariates)
    names = design.term_names if terms else design.names
    term_of = np.array(design.term_of if terms else range(len(design.names)), dtype=np.int64)
    usable = np.isfinite(fit.coefficient)
    if not usable.any():
        return _frame(names, transform, {}, fit.note or "no covariates")
    complete = design.complete & labelled(len(design.matrix), strata=strata, cluster=cluster)
    offsets = np.zeros(len(complete)) if offset is None else np.asarray(offset, dtype=np.float64)
    records = follow_up(stop, event, start=start, weights=weights, complete=complete & np.isfinite(offsets))
    g = _time_transform(records, transform)
    note = fit.note
    if np.isfinite(g).all():
        g = g - g[records.event].mean()
    else:
        note = f"the {transform} transform needs times above 0"
        g = np.full(records.n, np.nan)
    x = design.matrix[records.kept] if not records.kept.all() else design.matrix
    rows = risk_set_rows(
        records.stop,
        records.event,
        x if usable.all() else x[:, usable],
        start=records.start,
        weight=records.weight,
        offset=offsets[records.kept],
        stratum=codes_of(strata, records.kept),
    )
    p = int(usable.sum())
    score, information = np.zeros(2 * p), np.zeros((2 * p, 2 * p))
    log_likelihood(
        rows.x, fit.coefficient[usable] * rows.scale, rows.offset, rows.weight, rows.event, rows.stop, rows.start,
        rows.entry_order, rows.bounds, ties == "efron", g[rows.order], np.empty(records.n), score, information,
    )  # fmt: skip
    return _frame(names, transform, _tests(score, information, p, term_of[usable]), note)


def _time_transform(records: FollowUp, transform: str) -> Floats:
    """g at each record's stop: (n,)."""
    if transform == "identity":
        return records.stop
    if transform == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(records.stop)
    if transform == "rank":
        return rankdata(records.stop)
    unweighted = FollowUp(records.start, records.stop, records.event, np.ones(records.n), records.kept)
    sets = risk_sets(unweighted)
    before = np.concatenate([[1.0], np.cumprod(1.0 - sets.hazard)])
    return 1.0 - before[np.searchsorted(sets.time, records.stop, side="left")]


def _tests(score: Floats, information: Floats, p: int, term_of: Array) -> dict[int, tuple[float, int]]:
    """Chi-square and degrees of freedom by term number; −1 is the global test."""
    main = _symmetric(information[:p, :p])
    mixed = _symmetric(information[p:, :p])
    full = np.block([[main, mixed], [mixed, _symmetric(information[p:, p:])]])
    tests = {}
    groups = {int(term): np.flatnonzero(term_of == term) for term in np.unique(term_of)}
    groups[-1] = np.arange(p)
    for term, columns in groups.items():
        picked = np.concatenate([np.arange(p), p + columns])
        u = np.concatenate([np.zeros(p), score[p + columns]])
        try:
            chi2 = float(u @ np.linalg.solve(full[np.ix_(picked, picked)], u))
        except np.linalg.LinAlgError:
            chi2 = np.nan
        tests[term] = (chi2, len(columns))
    return tests


def _symmetric(lower: Floats) -> Floats:
    """A full matrix from its lower triangle."""
    return np.tril(lower) + np.tril(lower, -1).T


def _frame(
    names: tuple[str, ...], transform: str, tests: dict[int, tuple[float, int]], note: str | None
) -> pd.DataFrame:
    rows = [tests.get(term, (np.nan, 0)) for term in [*range(len(names)), -1]]
    chi2 = np.array([row[0] for row in rows])
    df = np.array([row[1] for row in rows], dtype=np.int64)
    return pd.DataFrame(
        {
            "term": [*names, "GLOBAL"],
            "transform": transform,
            "chi2": chi2,
            "df": df,
            "p_value": np.where(df > 0, chdtrc(np.maximum(df, 1), chi2), np.nan),
            "note": note,
        }
    )
