"""Restricted mean survival time of one curve.

Belongs here: the area under a Kaplan–Meier curve and its standard error. Two arms: ``rmst_contrast``.
"""

import numpy as np

from analytics.survival.arrays import Floats
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
    cluster, n_clusters = curve.influence.sets.clusters
    return float((sum_by_group(influence[:, None], cluster, n_clusters) ** 2).sum())
