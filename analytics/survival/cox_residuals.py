"""Residuals of a Cox fit, per record.

Belongs here: martingale, score, Schoenfeld and dfbeta residuals. Does not belong here: tests built on them.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.cox_data import risk_set_rows
from analytics.survival.cox_fit import CoxFit
from analytics.survival.cox_residual_kernel import residual_pass
from analytics.survival.design import design_matrix
from analytics.survival.times import codes_of, follow_up, labelled

KINDS = ("martingale", "score", "schoenfeld", "dfbeta")


def cox_residuals(
    fit: CoxFit,
    stop: ArrayLike,
    event: ArrayLike,
    covariates: pd.DataFrame,
    *,
    kind: str = "martingale",
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    weighted: bool | None = None,
) -> pd.DataFrame:
    """Residuals as R's ``residuals.coxph`` (Therneau & Grambsch 2000, chapter 4).

    Args:
        fit: the fit of these very arguments.
        stop, event, covariates, start, weights, strata, offset: see ``cox.fit_cox``.
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
    design = design_matrix(covariates)
    usable = np.isfinite(fit.coefficient)
    complete = design.complete & labelled(len(design.matrix), strata=strata)
    offsets = np.zeros(len(complete)) if offset is None else np.asarray(offset, dtype=np.float64)
    records = follow_up(stop, event, start=start, weights=weights, complete=complete & np.isfinite(offsets))
    rows = risk_set_rows(
        records.stop,
        records.event,
        design.matrix[records.kept][:, usable],
        start=records.start,
        weight=records.weight,
        offset=offsets[records.kept],
        stratum=codes_of(strata, records.kept),
    )
    martingale, score, schoenfeld, _ = residual_pass(
        rows.x, fit.coefficient[usable] * rows.scale, rows.offset, rows.weight, rows.event, rows.stop, rows.start,
        rows.entry_order, rows.bounds, fit.ties == "efron",
    )  # fmt: skip
    place = np.flatnonzero(records.kept)[rows.order]
    if kind == "martingale":
        values, columns = martingale[:, None], ["martingale"]
    else:
        values, columns = {"score": score, "schoenfeld": schoenfeld, "dfbeta": score}[kind] * rows.scale, []
        if kind == "dfbeta":
            values = values @ fit.covariance[np.ix_(usable, usable)]
        full = np.full((records.n, len(usable)), np.nan)
        full[:, usable] = values
        values, columns = full, list(design.names)
    if weighted or (weighted is None and kind == "dfbeta"):
        values = values * rows.weight[:, None]
    frame = pd.DataFrame(values, index=place, columns=columns)
    return (frame[rows.event] if kind == "schoenfeld" else frame).sort_index()
