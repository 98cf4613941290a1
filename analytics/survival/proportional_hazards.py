"""Test of proportional hazards.

Belongs here: the score test of covariate × g(time), per term and for all. Does not belong here: fitting, plots.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc
from scipy.stats import rankdata

from analytics.survival.arrays import Array, Floats
from analytics.survival.cox import fit_cox
from analytics.survival.cox_data import model_records
from analytics.survival.cox_fit import CoxFit
from analytics.survival.cox_kernel import log_likelihood
from analytics.survival.records import CheckedRecords, Records
from analytics.survival.risk_sets import risk_sets

TRANSFORMS = ("km", "identity", "rank", "log")


def proportional_hazards_test(
    records: Records,
    covariates: pd.DataFrame,
    *,
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
        records, covariates, offset, ties: see ``cox.fit_cox``.
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
        fit = fit_cox(records, covariates, robust=False, offset=offset, ties=ties)
    model = model_records(records, covariates, offset)
    used, design = model.records, model.design
    names = design.term_names if terms else design.names
    term_of = np.array(design.term_of if terms else range(len(design.names)), dtype=np.int64)
    usable = np.isfinite(fit.coefficient)
    if not usable.any():
        return _frame(names, transform, {}, fit.note or "no covariates")
    g = _time_transform(used, transform)
    note = fit.note
    if np.isfinite(g).all():
        g = g - g[used.event].mean()
    else:
        note = f"the {transform} transform needs times above 0"
        g = np.full(used.n, np.nan)
    data = model.sorted(usable)
    p = int(usable.sum())
    score, information = np.zeros(2 * p), np.zeros((2 * p, 2 * p))
    beta = fit.coefficient[usable] * data.scale
    log_likelihood(data.rows, beta, ties == "efron", g[data.order], np.empty(used.n), score, information)
    return _frame(names, transform, _tests(score, information, p, term_of[usable]), note)


def _time_transform(records: CheckedRecords, transform: str) -> Floats:
    """g at each record's stop: (n,)."""
    if transform == "identity":
        return records.stop
    if transform == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(records.stop)
    if transform == "rank":
        return rankdata(records.stop)
    sets = risk_sets(replace(records, weight=np.ones(records.n)))
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
