"""The Nelson–Aalen estimator of the cumulative hazard.

Belongs here: the estimate and its standard error. Survival curves: ``kaplan_meier``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from analytics.survival.arrays import Floats
from analytics.survival.records import Records
from analytics.survival.risk_sets import risk_sets


@dataclass(frozen=True)
class CumulativeHazard:
    """Right-continuous cumulative hazard at T distinct times, with standard errors and log-scale limits."""

    time: Floats
    n_risk: Floats
    n_event: Floats
    cumulative_hazard: Floats
    std_error: Floats
    ci_lower: Floats
    ci_upper: Floats

    def value_at(self, times: ArrayLike) -> Floats:
        """Cumulative hazard at given times (k,); constant after the last time. For imputation models."""
        at = np.searchsorted(self.time, np.asarray(times, dtype=np.float64), side="right")
        return np.concatenate([[0.0], self.cumulative_hazard])[at]


def nelson_aalen(records: Records, *, robust: bool | None = None, level: float = 0.95) -> CumulativeHazard:
    """Cumulative hazard Σ d/n, as ``cumhaz`` and ``std.chaz`` of R's ``survfit``.

    The variance is Σ d/n², or the infinitesimal jackknife's when clusters or weights that are not whole numbers
    are given. Arguments and errors as ``kaplan_meier``.
    """
    used = records.checked()
    if robust is None:
        robust = used.cluster is not None or used.fractional
    sets = risk_sets(used)
    hazard = np.cumsum(sets.hazard)
    if robust and used.n:
        error = np.sqrt(sets.robust_variance(1.0 / sets.at_risk))
    else:
        error = np.sqrt(np.cumsum(sets.hazard / sets.at_risk))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(float(ndtri(0.5 + level / 2)) * np.where(hazard > 0, error / hazard, 0.0))
    return CumulativeHazard(
        sets.time, sets.at_risk, sets.events, hazard, error, hazard / factor, hazard * factor
    )
