"""Distributions of the logarithm of time, of which accelerated failure time models are made.

log T = location + log time ratio × treated + scale × z, where z has a standard distribution: extreme value (T is Weibull),
normal or logistic. Belongs here: what is known of each. Does not belong here: fitting (`accelerated`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_ndtr

from analytics.survival.arrays import Floats

Standard = Callable[[Floats], Floats]


@dataclass(frozen=True)
class LogTime:
    """A distribution of log time.

    Attributes:
        words: as reports and methods name it.
        fitter: the class of lifelines that fits it.
        ancillary_sign: of the log scale in that class's second parameter (−1: it is the shape 1 / scale).
        log_survival: of z.
        hazard: of z.
        log_hazard_slope: derivative of the log hazard of z.
    """

    words: str
    fitter: str
    ancillary_sign: int
    log_survival: Standard
    hazard: Standard
    log_hazard_slope: Standard

    def survival(self, days: ArrayLike, location: float, log_scale: float) -> Floats:
        """Survival at days (k,) of subjects with this location; 1 up to day 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            log_days = np.log(np.maximum(np.asarray(days, dtype=np.float64), 0.0))
            return np.exp(self.log_survival((log_days - location) / np.exp(log_scale)))


def _mills(z: Floats) -> Floats:
    """Hazard of the standard normal distribution, by logarithms, as the tail leaves floating point before its ratio does."""
    return np.exp(-0.5 * z * z - 0.5 * np.log(2.0 * np.pi) - log_ndtr(-z))


DISTRIBUTIONS = {
    "weibull": LogTime("Weibull", "WeibullAFTFitter", -1, lambda z: -np.exp(z), np.exp, np.ones_like),
    "lognormal": LogTime(
        "log-normal", "LogNormalAFTFitter", 1, lambda z: log_ndtr(-z), _mills, lambda z: _mills(z) - z
    ),
    "loglogistic": LogTime(
        "log-logistic",
        "LogLogisticAFTFitter",
        -1,
        lambda z: -np.logaddexp(0.0, z),
        expit,
        lambda z: expit(-z),
    ),
}
"""By name in protocols and tables."""
