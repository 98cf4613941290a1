"""Two-arm contrasts: estimate, interval and test of a difference or a ratio.

Belongs here: the result object and the variance of arms that share clusters. What is contrasted: ``rmst``, ``milestone``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from analytics.survival.arrays import Array, Floats
from analytics.survival.curve import SurvivalCurve
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.sorting_kernel import sum_by_group


@dataclass(frozen=True)
class Contrast:
    """Treated against control; NaN with a note where it cannot be made. ``std_error``: of the log for a ratio."""

    measure: str
    estimate: float
    std_error: float
    ci_lower: float
    ci_upper: float
    p_value: float
    treated: float
    control: float
    note: str | None = None


@dataclass(frozen=True)
class TwoArms:
    """Curves of the treated and the control arm and, with clusters, each record's cluster code by arm."""

    treated: SurvivalCurve
    control: SurvivalCurve
    clusters: tuple[Array, Array] | None

    def covariance(self, influence_treated: Floats, influence_control: Floats) -> float:
        """Covariance of the two arms' estimates through shared clusters; 0 without clusters."""
        if self.clusters is None:
            return 0.0
        n = int(max(self.clusters[0].max(initial=-1), self.clusters[1].max(initial=-1))) + 1
        treated = sum_by_group(influence_treated[:, None], self.clusters[0], n)
        control = sum_by_group(influence_control[:, None], self.clusters[1], n)
        return float((treated * control).sum())


def two_arms(
    stop: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
    conf_type: str = "log-log",
) -> TwoArms:
    """Kaplan–Meier curves by arm (``treated`` 1 or 0); records of unknown arm are left out."""
    arm = np.asarray(treated, dtype=np.float64)
    codes = (
        None if cluster is None else pd.factorize(pd.Series(np.asarray(cluster)), use_na_sentinel=False)[0]
    )
    curves, parts = [], []
    for value in (1, 0):
        mine = arm == value

        def pick(values: ArrayLike | None, mine: Array = mine) -> Array | None:
            return None if values is None else np.asarray(values)[mine]

        curve = kaplan_meier(
            np.asarray(stop)[mine],
            np.asarray(event)[mine],
            start=pick(start),
            weights=pick(weights),
            cluster=pick(codes),
            level=level,
            conf_type=conf_type,
        )
        curves.append(curve)
        if codes is not None:
            parts.append(codes[mine][curve.influence.sets.records.kept].astype(np.int64))
    return TwoArms(curves[0], curves[1], (parts[0], parts[1]) if parts else None)


def wald(
    measure: str,
    estimate: float,
    error: float,
    *,
    treated: float,
    control: float,
    level: float,
    log: bool = False,
) -> Contrast:
    """Normal interval and test; on the log scale for a ratio (the estimate is then a log)."""
    half = float(ndtri(0.5 + level / 2)) * error
    p_value = 2 * float(ndtr(-abs(estimate) / error)) if error > 0 else np.nan
    values = (estimate, estimate - half, estimate + half)
    middle, lower, upper = (float(np.exp(v)) for v in values) if log else values
    return Contrast(measure, middle, error, lower, upper, p_value, treated, control)


def no_contrast(measure: str, note: str, treated: float = np.nan, control: float = np.nan) -> Contrast:
    """A contrast that cannot be made, and why."""
    return Contrast(measure, *(np.nan,) * 5, treated, control, note)
