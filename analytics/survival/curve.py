"""A survival curve: a right-continuous step function with standard errors and intervals.

Belongs here: intervals on their scales, quantiles and values at given times. How it is estimated: ``kaplan_meier``.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from analytics.survival.arrays import Floats
from analytics.survival.risk_sets import CurveInfluence
from analytics.survival.times import TIME_TOLERANCE

CONFIDENCE_TYPES = ("log-log", "log", "plain")


@dataclass(frozen=True)
class SurvivalCurve:
    """Survival at its T + 1 times, the first being 0 (or the first time when that is not after 0).

    ``n_risk``, ``n_event``, ``n_censor`` are sums of weights. ``std_error`` is that of the survival probability;
    like the limits it is NaN where Greenwood's formula has no value (survival 0).
    """

    time: Floats
    n_risk: Floats
    n_event: Floats
    n_censor: Floats
    survival: Floats
    std_error: Floats
    ci_lower: Floats
    ci_upper: Floats
    influence: CurveInfluence = field(repr=False, compare=False)
    level: float = 0.95
    conf_type: str = "log-log"
    robust: bool = False

    def survival_at(self, t: float) -> tuple[float, float, float]:
        """Survival at time t with its limits; NaN after the last follow-up time (unless survival is 0 there)."""
        values = self.value_at(t)
        return values[0], values[2], values[3]

    def value_at(self, t: float) -> tuple[float, float, float, float]:
        """Survival, its standard error and its limits at time t."""
        if not len(self.time) or np.isnan(t):
            return (np.nan,) * 4
        row = int(np.searchsorted(self.time, t, side="right")) - 1
        if row < 0:
            return 1.0, 0.0, 1.0, 1.0
        if t > self.time[-1] and self.survival[-1] > 0:
            return (np.nan,) * 4
        columns = (self.survival, self.std_error, self.ci_lower, self.ci_upper)
        s, e, lo, hi = (float(c[row]) for c in columns)
        return s, e, lo, hi

    def n_risk_at(self, times: ArrayLike) -> Floats:
        """Weighted number at risk just before each time: (k,)."""
        row = np.searchsorted(self.time, np.asarray(times, dtype=np.float64), side="left")
        return np.append(self.n_risk, 0.0)[row]

    def quantile(self, p: float) -> tuple[float, float, float]:
        """Time by which a share p has failed, with limits, as R's ``quantile.survfit`` (p = 0.5: the median).

        Where the curve is flat at 1 − p the middle of the flat part is taken. NaN where the curve or its limit
        does not come down that far.

        Raises:
            ValueError: p is not between 0 and 1.
        """
        if not 0 <= p <= 1:
            raise ValueError(f"a quantile lies between 0 and 1, not at {p}")
        if not len(self.time):
            return np.nan, np.nan, np.nan
        lower, middle, upper = (
            _crossing(self.time, values, p) for values in (self.ci_lower, self.survival, self.ci_upper)
        )
        return middle, lower, upper

    def median(self) -> tuple[float, float, float]:
        """Median with limits."""
        return self.quantile(0.5)


def _crossing(time: Floats, survival: Floats, p: float) -> float:
    """First time at which 1 − survival reaches p; the middle when it stays there.

    As R's ``findq``, also where limits end unknown. Limits that are not monotone, as under delayed entry, count from
    where they first get there; R's ``quantile.survfit`` takes the value nearest above p, its ``print`` the first.
    """
    failed = np.concatenate([[0.0], 1.0 - survival])
    failed = np.where(np.isnan(failed), np.nan, np.fmax.accumulate(failed))
    at = np.concatenate([[min(0.0, time[0])], time])
    if p == 0:
        return float(at[0])
    first = np.sort(np.unique(failed, return_index=True)[1])
    last, end = failed[first[-1]], at[-1]
    first = first[~np.isnan(failed[first])]
    first = first[np.argsort(failed[first], kind="stable")]
    reached, beyond = np.searchsorted(failed[first], [p - TIME_TOLERANCE, p + TIME_TOLERANCE])
    if reached == len(first):
        return np.nan
    begin = at[first[reached]]
    if beyond < len(first):
        return float((begin + at[first[beyond]]) / 2)
    return float((begin + end) / 2) if abs(p - last) < TIME_TOLERANCE else np.nan


def limits(survival: Floats, log_error: Floats, level: float, conf_type: str) -> tuple[Floats, Floats]:
    """Interval on the chosen scale from the standard error of log survival, as R's ``survfit``.

    Raises:
        ValueError: the confidence type is unknown or the level not between 0 and 1.
    """
    if conf_type not in CONFIDENCE_TYPES:
        raise ValueError(f"conf_type must be one of {', '.join(CONFIDENCE_TYPES)}, not {conf_type}")
    if not 0 < level < 1:
        raise ValueError(f"the confidence level lies between 0 and 1, not at {level}")
    z = float(ndtri(1 - (1 - level) / 2))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if conf_type == "plain":
            half = z * log_error * survival
            return np.maximum(survival - half, 0), np.minimum(survival + half, 1)
        log_survival = np.where(survival == 0, np.nan, np.log(survival))
        if conf_type == "log":
            lower = np.exp(log_survival - z * log_error)
            upper = np.minimum(np.exp(log_survival + z * log_error), 1)
        else:
            shift = z * log_error / log_survival
            middle = np.log(-log_survival)
            lower, upper = np.exp(-np.exp(middle - shift)), np.exp(-np.exp(middle + shift))
    certain = log_error == 0
    return np.where(certain, survival, lower), np.where(certain, survival, upper)
