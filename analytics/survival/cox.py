"""Cox proportional-hazards regression.

Belongs here: fitting, from arrays (``fit_cox_arrays``, for loops) and from frames (``fit_cox``).
Does not belong here: residuals (``cox_residuals``), baseline hazard (``baseline``), the proportional-hazards test.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats, Integers, Marks
from analytics.survival.cox_data import RiskSetRows, risk_set_rows
from analytics.survival.cox_fit import CoxArrays, CoxFit, named_fit, no_fit
from analytics.survival.cox_kernel import maximise
from analytics.survival.cox_residual_kernel import residual_pass
from analytics.survival.design import design_matrix
from analytics.survival.ldl_kernel import PIVOT_TOLERANCE
from analytics.survival.sorting_kernel import sum_by_group
from analytics.survival.times import codes_of, follow_up, labelled

MAX_ITERATIONS = 20
EPSILON = 1e-9

__all__ = ["CoxArrays", "CoxFit", "fit_cox", "fit_cox_arrays"]


def fit_cox(
    stop: ArrayLike,
    event: ArrayLike,
    covariates: pd.DataFrame,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    robust: bool | None = None,
    offset: ArrayLike | None = None,
    ties: str = "efron",
) -> CoxFit:
    """Fit a Cox model, as ``coxph`` of R's survival (Therneau & Grambsch 2000).

    Rows with a missing value or zero weight are left out and counted. An estimate that cannot be made
    (no events, collinear covariates, separation, no convergence) is NaN, and ``note`` names it.

    Args:
        stop: (n,) end of the interval ``(start, stop]``.
        event: (n,) 1 when the interval ends with an event.
        covariates: (n, k) frame; text columns become indicators named ``COLUMN[level]``.
        start: (n,) begin of the interval (delayed entry, time-varying covariates).
        weights: (n,) case weights.
        strata: (n,) labels; each stratum has its own baseline hazard.
        cluster: (n,) labels; gives the variance robust to correlation within clusters (Lin & Wei 1989).
        robust: sandwich variance, with each row its own cluster when ``cluster`` is not given; by default, as in
            R, when there are clusters or weights that are not whole numbers.
        offset: (n,) added to the linear predictor with coefficient 1.
        ties: ``efron`` or ``breslow``.

    Raises:
        ValueError: lengths differ, a weight is negative, an interval is empty, or ``ties`` is unknown.
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f'ties must be "efron" or "breslow", not "{ties}"')
    design = design_matrix(covariates)
    n = len(design.matrix)
    complete = design.complete & labelled(n, strata=strata, cluster=cluster)
    offsets = None if offset is None else np.asarray(offset, dtype=np.float64)
    if offsets is not None:
        complete &= np.isfinite(offsets)
    rows = follow_up(stop, event, start=start, weights=weights, complete=complete)
    if rows.kept.all():
        x = design.matrix
    else:
        x = design.matrix[rows.kept]
        offsets = None if offsets is None else offsets[rows.kept]
    clusters = codes_of(cluster, rows.kept)
    if robust is None:
        robust = bool((rows.weight != np.floor(rows.weight)).any())
    if not rows.event.any():
        return no_fit(
            design,
            "no events" if rows.n else "no complete records",
            n=rows.n,
            n_missing=n - rows.n,
            robust=robust or clusters is not None,
            ties=ties,
        )
    arrays = fit_cox_arrays(
        rows.stop,
        rows.event,
        x,
        start=rows.start,
        weight=rows.weight,
        stratum=codes_of(strata, rows.kept),
        cluster=clusters,
        offset=offsets,
        robust=robust,
        ties=ties,
    )
    return named_fit(
        arrays,
        design,
        n=rows.n,
        n_event=int(rows.event.sum()),
        n_missing=n - rows.n,
        ties=ties,
        n_cluster=None if clusters is None else int(clusters.max()) + 1,
    )


def fit_cox_arrays(
    stop: Floats,
    event: Marks,
    x: Floats,
    *,
    start: Floats | None = None,
    weight: Floats | None = None,
    stratum: Integers | None = None,
    cluster: Integers | None = None,
    offset: Floats | None = None,
    robust: bool = False,
    ties: str = "efron",
) -> CoxArrays:
    """Fit from checked arrays with little overhead, for bootstraps and simulations.

    Nothing is validated: values must be complete, weights positive, ``stop`` after ``start``, codes 0..k-1,
    times free of floating-point noise, and at least one event present. Shapes: (n,), x (n, p).
    """
    data = risk_set_rows(stop, event, x, start=start, weight=weight, offset=offset, stratum=stratum)
    efron = ties == "efron"
    beta, inverse, null, best, iterations, settled, step, aliased, lost = maximise(
        data.x, data.offset, data.weight, data.event, data.stop, data.start, data.entry_order, data.bounds,
        efron, MAX_ITERATIONS, EPSILON, PIVOT_TOLERANCE, np.empty(len(data.stop)),
    )  # fmt: skip
    moving = np.abs(step) > 1e-4 * np.abs(beta)
    moving &= (np.abs(step) > 1e-6) & (np.abs(beta) > (0.0 if settled else 5.0))
    diverging = (lost | moving) & ~aliased
    robust_covariance = None
    if robust or cluster is not None:
        robust_covariance = _sandwich(data, beta, inverse, cluster, efron) / np.outer(data.scale, data.scale)
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
    data: RiskSetRows, beta: Floats, inverse: Floats, cluster: Integers | None, efron: bool
) -> Floats:
    """Robust variance: inverse information around the cross products of weighted score residuals by cluster."""
    _, score, _, _ = residual_pass(
        data.x, beta, data.offset, data.weight, data.event, data.stop, data.start, data.entry_order, data.bounds,
        efron,
    )  # fmt: skip
    score *= data.weight[:, None]
    if cluster is not None:
        score = sum_by_group(score, cluster[data.order], int(cluster.max()) + 1)
    dfbeta = score @ inverse
    return dfbeta.T @ dfbeta
