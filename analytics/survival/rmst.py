"""Restricted mean survival time: one curve, and the difference and ratio of two arms.

Belongs here: areas under the Kaplan–Meier curve and their standard errors. Does not belong here: the choice of tau.
"""

import numpy as np
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats
from analytics.survival.contrast import Contrast, TwoArms, no_contrast, two_arms, wald
from analytics.survival.curve import SurvivalCurve
from analytics.survival.influence import restricted_mean_influence
from analytics.survival.sorting_kernel import sum_by_group


def restricted_mean(curve: SurvivalCurve, tau: float) -> tuple[float, float]:
    """Area under a Kaplan–Meier curve from 0 to tau, with its standard error.

    Greenwood's (as survRM2 and R's ``print(survfit, rmean)``): Σ (area beyond t)²·d/(n(n − d)); where the curve has
    robust errors, the infinitesimal jackknife of the area. NaN when follow-up ends before tau with survivors left.
    """
    sets = curve.influence.sets
    if not len(sets.time) or tau <= 0 or (tau > sets.time[-1] and curve.survival[-1] > 0):
        return np.nan, np.nan
    used = int(np.searchsorted(sets.time, tau, side="right"))
    grid = np.concatenate([[0.0], sets.time[:used], [tau]])
    survival = np.concatenate([[1.0], np.cumprod(1.0 - sets.hazard[:used])])
    pieces = np.diff(grid) * survival
    area = float(pieces.sum())
    if curve.robust:
        return area, float(np.sqrt(_clustered(curve, restricted_mean_influence(curve.influence, tau))))
    beyond = np.cumsum(pieces[::-1])[::-1][1:]
    hazard_variance = sets.events[:used] / sets.at_risk[:used] * curve.influence.jump[:used]
    return area, float(np.sqrt((beyond**2 * hazard_variance).sum()))


def _clustered(curve: SurvivalCurve, influence: Floats) -> float:
    """Sum of squares of influences summed by cluster."""
    cluster = curve.influence.cluster
    if cluster is None:
        return float((influence**2).sum())
    return float((sum_by_group(influence[:, None], cluster, int(cluster.max()) + 1) ** 2).sum())


def rmst_contrasts(
    stop: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    tau: float,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> tuple[Contrast, Contrast]:
    """Difference and ratio of restricted means up to tau (Royston & Parmar 2013; as R's survRM2 ``rmst2``).

    With ``cluster`` (matched sets spanning the arms) the covariance between arms is taken into account.

    Args:
        stop, event, start, weights, cluster: (n,), see ``kaplan_meier``.
        treated: (n,) 1 treated, 0 control.
        tau: horizon in the unit of ``stop``.
        level: confidence level.

    Returns:
        Contrasts ``rmst_difference`` and ``rmst_ratio``.
    """
    arms = two_arms(stop, event, treated, start=start, weights=weights, cluster=cluster, level=level)
    (mean_t, error_t), (mean_c, error_c) = (
        restricted_mean(arms.treated, tau),
        restricted_mean(arms.control, tau),
    )
    if np.isnan(mean_t) or np.isnan(mean_c):
        note = f"follow-up of an arm ends before {tau:g}"
        return (
            no_contrast("rmst_difference", note, mean_t, mean_c),
            no_contrast("rmst_ratio", note, mean_t, mean_c),
        )
    shared = _shared_variance(arms, tau)
    error = float(np.sqrt(error_t**2 + error_c**2 - 2 * shared))
    log_variance = (error_t / mean_t) ** 2 + (error_c / mean_c) ** 2 - 2 * shared / (mean_t * mean_c)
    ratio_error = float(np.sqrt(log_variance))
    log_ratio = float(np.log(mean_t / mean_c))
    return (
        wald("rmst_difference", mean_t - mean_c, error, treated=mean_t, control=mean_c, level=level),
        wald("rmst_ratio", log_ratio, ratio_error, treated=mean_t, control=mean_c, level=level, log=True),
    )


def _shared_variance(arms: TwoArms, tau: float) -> float:
    if arms.clusters is None:
        return 0.0
    return arms.covariance(
        restricted_mean_influence(arms.treated.influence, tau),
        restricted_mean_influence(arms.control.influence, tau),
    )
