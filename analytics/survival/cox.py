"""Cox proportional-hazards regression.

Belongs here: fitting, from arrays (``fit_cox_arrays``, for loops), from frames (``fit_cox``) and from records with their
design (``fit_cox_records``, where residuals are wanted of the same).
Does not belong here: residuals (``cox_residuals``), baseline hazard (``baseline``), the proportional-hazards test.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats
from analytics.survival.cox_data import ModelRecords, RiskSetRows, model_records, risk_set_rows
from analytics.survival.cox_fit import CoxArrays, CoxFit, named_fit, no_fit
from analytics.survival.cox_kernel import maximise
from analytics.survival.cox_residual_kernel import residual_pass
from analytics.survival.ldl_kernel import PIVOT_TOLERANCE
from analytics.survival.records import CheckedRecords, Records
from analytics.survival.sorting_kernel import sum_by_group

MAX_ITERATIONS = 20
EPSILON = 1e-9

__all__ = ["CoxArrays", "CoxFit", "fit_cox", "fit_cox_arrays", "fit_cox_records"]


def fit_cox(
    records: Records,
    covariates: pd.DataFrame,
    *,
    robust: bool | None = None,
    offset: ArrayLike | None = None,
    ties: str = "efron",
) -> CoxFit:
    """Fit a Cox model, as ``coxph`` of R's survival (Therneau & Grambsch 2000).

    Rows with a missing value or zero weight are left out and counted. An estimate that cannot be made
    (no events, collinear covariates, separation, no convergence) is NaN, and ``note`` names it.

    Args:
        records: n records; each stratum has its own baseline hazard, and clusters give the variance robust to
            correlation within them (Lin & Wei 1989).
        covariates: (n, k) frame; text columns become indicators named ``COLUMN[level]``.
        robust: sandwich variance, with each row its own cluster when there are none; by default, as in
            R, when there are clusters or weights that are not whole numbers.
        offset: (n,) added to the linear predictor with coefficient 1.
        ties: ``efron`` or ``breslow``.

    Raises:
        ValueError: ``ties`` is unknown; see also ``cox_data.model_records``.
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f'ties must be "efron" or "breslow", not "{ties}"')
    return fit_cox_records(model_records(records, covariates, offset), robust=robust, ties=ties)


def fit_cox_records(model: ModelRecords, *, robust: bool | None = None, ties: str = "efron") -> CoxFit:
    """As ``fit_cox``, of records and covariates brought together before, which residuals can take as well."""
    used = model.records
    if robust is None:
        robust = used.fractional
    if not used.event.any():
        return no_fit(
            model.design,
            "no events" if used.n else "no complete records",
            n=used.n,
            n_missing=model.n_missing,
            robust=robust or used.cluster is not None,
            ties=ties,
        )
    return named_fit(
        fit_cox_arrays(used, model.x, offset=model.offset, robust=robust, ties=ties),
        model.design,
        n=used.n,
        n_event=int(used.event.sum()),
        n_missing=model.n_missing,
        ties=ties,
        n_cluster=used.n_cluster,
    )


def fit_cox_arrays(
    records: CheckedRecords,
    x: Floats,
    *,
    offset: Floats | None = None,
    robust: bool = False,
    ties: str = "efron",
) -> CoxArrays:
    """Fit from checked records with little overhead, for bootstraps and simulations.

    Nothing is validated: records must be as ``Records.checked`` gives them, times free of floating-point noise, x
    (n, p) complete, and at least one event present.
    """
    data = risk_set_rows(records, x, offset)
    efron = ties == "efron"
    beta, inverse, null, best, iterations, settled, step, aliased, lost = maximise(
        data.rows, efron, MAX_ITERATIONS, EPSILON, PIVOT_TOLERANCE
    )
    moving = np.abs(step) > 1e-4 * np.abs(beta)
    moving &= (np.abs(step) > 1e-6) & (np.abs(beta) > (0.0 if settled else 5.0))
    diverging = (lost | moving) & ~aliased
    robust_covariance = None
    if robust or records.cluster is not None:
        robust_covariance = _sandwich(data, records, beta, inverse, efron) / np.outer(data.scale, data.scale)
    return CoxArrays(
        coefficient=beta / data.scale,
        covariance=inverse / np.outer(data.scale, data.scale),
        robust_covariance=robust_covariance,
        log_likelihood=best,
        log_likelihood_null=null,
        iterations=iterations,
        converged=bool(settled or not len(beta)),
        aliased=aliased,
        diverging=diverging,
    )


def _sandwich(
    data: RiskSetRows, records: CheckedRecords, beta: Floats, inverse: Floats, efron: bool
) -> Floats:
    """Robust variance: inverse information around the cross products of weighted score residuals by cluster."""
    _, score, _, _ = residual_pass(data.rows, beta, efron)
    score *= data.rows.weight[:, None]
    if records.cluster is not None and records.n_cluster is not None:
        score = sum_by_group(score, records.cluster[data.order], records.n_cluster)
    dfbeta = score @ inverse
    return dfbeta.T @ dfbeta
