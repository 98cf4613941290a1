"""Baseline hazard of a Cox fit and survival predicted from it.

Belongs here: cumulative hazards by stratum and curves at given covariates. Does not belong here: fitting.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats
from analytics.survival.cox_data import model_records
from analytics.survival.cox_fit import CoxFit
from analytics.survival.cox_residual_kernel import residual_pass
from analytics.survival.records import Records


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
    fit: CoxFit, records: Records, covariates: pd.DataFrame, *, offset: ArrayLike | None = None
) -> BaselineHazard:
    """Breslow's or (for Efron ties) Efron's estimate of the cumulative baseline hazard, as R's ``survfit.coxph``.

    Args:
        fit: the fit of these very arguments.
        records, covariates, offset: see ``cox.fit_cox``.
    """
    model = model_records(records, covariates, offset)
    data = model.sorted(np.ones(len(fit.coefficient), dtype=bool))
    beta = np.where(np.isfinite(fit.coefficient), fit.coefficient, 0.0) * data.scale
    _, _, _, increment = residual_pass(data.rows, beta, fit.ties == "efron")
    stratum = (
        np.full(model.records.n, "") if records.strata is None else records.strata[model.kept][data.order]
    )
    jumps = pd.DataFrame({"stratum": stratum, "time_days": data.rows.stop, "hazard": increment})
    at_events = jumps[data.rows.event].drop_duplicates(["stratum", "time_days"])
    table = at_events.sort_values(["stratum", "time_days"], ignore_index=True)
    table["cumulative_hazard"] = table.groupby("stratum")["hazard"].cumsum()
    return BaselineHazard(table, data.mean, fit.coefficient)
