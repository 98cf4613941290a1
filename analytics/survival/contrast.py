"""Two-arm contrasts: estimate, interval and test of a difference or a ratio.

Belongs here: the result object and the variance of arms that share clusters. What is contrasted: ``rmst_contrast``,
``milestone``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from analytics.survival.arrays import Floats, Integers, Marks
from analytics.survival.curve import SurvivalCurve
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.records import Records, codes_of
from analytics.survival.risk_sets import CurveInfluence
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
    influence: Floats | None = field(default=None, repr=False, compare=False)
    """(n,) of each record on the estimate (on the log of a ratio), whose squared sums by cluster add up to its variance."""


@dataclass(frozen=True)
class TwoArms:
    """Curves of the treated and the control arm, the records (n,) of each, and, with clusters, their cluster codes."""

    treated: SurvivalCurve
    control: SurvivalCurve
    clusters: tuple[Integers, Integers] | None
    rows: tuple[Marks, Marks]

    def difference_influence(
        self,
        influence: Callable[[CurveInfluence, float], Floats],
        at: float,
        scale: tuple[float, float] = (1, 1),
    ) -> Floats:
        """Influence (n,) of each record on the treated's estimate minus the controls', each times its scale."""
        values = np.zeros(len(self.rows[0]))
        for curve, mine, sign in zip(
            (self.treated, self.control), self.rows, (scale[0], -scale[1]), strict=True
        ):
            values[mine] = sign * influence(curve.influence, at)
        return values

    def covariance(self, influence: Callable[[CurveInfluence, float], Floats], at: float) -> float:
        """Covariance of the two arms' estimates through shared clusters; 0 without clusters.

        Args:
            influence: of each record on the estimate, from a curve and a time.
            at: that time.
        """
        if self.clusters is None:
            return 0.0
        n = int(max(codes.max(initial=-1) for codes in self.clusters)) + 1
        treated, control = (
            sum_by_group(influence(curve.influence, at)[:, None], codes, n)
            for curve, codes in zip((self.treated, self.control), self.clusters, strict=True)
        )
        return float((treated * control).sum())


def two_arms(
    records: Records, treated: ArrayLike, *, level: float = 0.95, conf_type: str = "log-log"
) -> TwoArms:
    """Kaplan–Meier curves by arm (``treated`` (n,) 1 or 0); records of unknown arm are left out."""
    arm = np.asarray(treated, dtype=np.float64)
    rows = [(arm == value) & records.usable for value in (1, 0)]
    curves = [kaplan_meier(records.where(mine), level=level, conf_type=conf_type) for mine in rows]
    codes = codes_of(records.cluster)
    clusters = None if codes is None else (codes[rows[0]], codes[rows[1]])
    return TwoArms(curves[0], curves[1], clusters, (rows[0], rows[1]))


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
