"""Baseline hazard of a Cox fit and survival predicted from it.

Belongs here: cumulative hazards by stratum and curves at given covariates. Does not belong here: fitting.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats
from analytics.survival.cox_data import risk_set_rows
from analytics.survival.cox_fit import CoxFit
from analytics.survival.cox_residual_kernel import residual_pass
from analytics.survival.design import design_matrix
from analytics.survival.times import follow_up, labelled


@dataclass(frozen=True)
class BaselineHazard:
    """``table``: stratum, time_days, cumulative_hazard at the ``center`` (p,) of the covariates, by event time."""

    table: pd.DataFrame
    center: Floats
    coefficient: Floats

    def survival(self, x: ArrayLike, times: ArrayLike, stratum: object = None) -> Floats:
        """Predicted survival (m, t) of m covariate rows (m, p) at t times in one stratum; NaN without a fit."""
        rows = np.atleast_2d(np.asarray(x, dtype=np.float64))
        usable = np.isfinite(self.coefficient)
        eta = (rows - self.center)[:, usable] @ self.coefficient[usable]
        if not usable.any() and len(self.coefficient):
            eta = np.full(len(rows), np.nan)
        part = self.table if stratum is None else self.table[self.table["stratum"] == stratum]
        hazard = np.concatenate([[0.0], part["cumulative_hazard"].to_numpy()])
        at = np.searchsorted(part["time_days"].to_numpy(), np.asarray(times, dtype=np.float64), side="right")
        return np.exp(-np.outer(np.exp(eta), hazard[at]))


def baseline_hazard(
    fit: CoxFit,
    stop: ArrayLike,
    event: ArrayLike,
    covariates: pd.DataFrame,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> BaselineHazard:
    """Breslow's or (for Efron ties) Efron's estimate of the cumulative baseline hazard, as R's ``survfit.coxph``.

    Args:
        fit: the fit of these very arguments.
        stop, event, covariates, start, weights, strata: see ``cox.fit_cox``.
    """
    design = design_matrix(covariates)
    usable = np.isfinite(fit.coefficient)
    complete = design.complete & labelled(len(design.matrix), strata=strata)
    records = follow_up(stop, event, start=start, weights=weights, complete=complete)
    labels = pd.Series("" if strata is None else np.asarray(strata), index=range(len(complete)))[records.kept]
    codes, names = pd.factorize(labels, sort=True)
    rows = risk_set_rows(
        records.stop,
        records.event,
        design.matrix[records.kept],
        start=records.start,
        weight=records.weight,
        stratum=codes.astype(np.int64),
    )
    beta = np.where(usable, fit.coefficient, 0.0) * rows.scale
    _, _, _, increment = residual_pass(
        rows.x, beta, rows.offset, rows.weight, rows.event, rows.stop, rows.start, rows.entry_order, rows.bounds,
        fit.ties == "efron",
    )  # fmt: skip
    jumps = pd.DataFrame(
        {"stratum": names.to_numpy()[codes[rows.order]], "time_days": rows.stop, "hazard": increment}
    )[rows.event]
    table = jumps.drop_duplicates(["stratum", "time_days"]).sort_values(
        ["stratum", "time_days"], ignore_index=True
    )
    table["cumulative_hazard"] = table.groupby("stratum")["hazard"].cumsum()
    return BaselineHazard(table, rows.mean, fit.coefficient)
