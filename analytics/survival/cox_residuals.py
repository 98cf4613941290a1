"""Residuals of a Cox fit, per record.

Belongs here: martingale, score, Schoenfeld and dfbeta residuals. Does not belong here: tests built on them.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats, Marks
from analytics.survival.cox_data import ModelRecords, RiskSetRows, model_records
from analytics.survival.cox_fit import CoxFit
from analytics.survival.cox_residual_kernel import residual_pass
from analytics.survival.records import Records

KINDS = ("martingale", "score", "schoenfeld", "dfbeta")


def cox_residuals(
    fit: CoxFit,
    records: Records,
    covariates: pd.DataFrame,
    *,
    kind: str = "martingale",
    offset: ArrayLike | None = None,
    weighted: bool | None = None,
) -> pd.DataFrame:
    """Residuals as R's ``residuals.coxph`` (Therneau & Grambsch 2000, chapter 4).

    Args:
        fit: the fit of these very arguments.
        records, covariates, offset: see ``cox.fit_cox``.
        kind: ``martingale``, ``score``, ``schoenfeld`` (events only, unscaled) or ``dfbeta`` (approximate change of
            each coefficient when the record is left out).
        weighted: multiply by the case weights; by default, as in R, for ``dfbeta`` only.

    Returns:
        Frame with one row per record used (Schoenfeld: per event), indexed by the record's place in the input;
        column ``martingale``, or a column per term (NaN for terms without estimate).

    Raises:
        ValueError: unknown kind; see also ``cox.fit_cox``.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind}")
    model = model_records(records, covariates, offset)
    usable, data, martingale, score, schoenfeld = _passed(fit, model)
    place = np.flatnonzero(model.kept)[data.order]
    if kind == "martingale":
        values, columns = martingale[:, None], ["martingale"]
    else:
        values, columns = {"score": score, "schoenfeld": schoenfeld, "dfbeta": score}[kind] * data.scale, []
        if kind == "dfbeta":
            values = values @ fit.covariance[np.ix_(usable, usable)]
        full = np.full((model.records.n, len(usable)), np.nan)
        full[:, usable] = values
        values, columns = full, list(model.design.names)
    if weighted or (weighted is None and kind == "dfbeta"):
        values = values * data.rows.weight[:, None]
    frame = pd.DataFrame(values, index=place, columns=columns)
    return (frame[data.rows.event] if kind == "schoenfeld" else frame).sort_index()


def influences(fit: CoxFit, model: ModelRecords) -> Floats:
    """Weighted dfbeta (n, p) of every record given; NaN for those not used, and for terms without estimate."""
    usable, data, _, score, _ = _passed(fit, model)
    found = np.full((len(model.kept), len(usable)), np.nan)
    values = (score * data.scale) @ fit.covariance[np.ix_(usable, usable)] * data.rows.weight[:, None]
    found[np.ix_(np.flatnonzero(model.kept)[data.order], usable)] = values
    return found


def _passed(fit: CoxFit, model: ModelRecords) -> tuple[Marks, RiskSetRows, Floats, Floats, Floats]:
    """Terms with an estimate, the sorted rows, and their martingale, score and Schoenfeld residuals."""
    usable = np.isfinite(fit.coefficient)
    data = model.sorted(usable)
    beta = fit.coefficient[usable] * data.scale
    martingale, score, schoenfeld, _ = residual_pass(data.rows, beta, fit.ties == "efron")
    return usable, data, martingale, score, schoenfeld
