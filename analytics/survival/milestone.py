"""Difference in survival probability at a milestone.

Belongs here: the contrast of two Kaplan–Meier curves at one time. Does not belong here: the choice of the time.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from analytics.survival.contrast import Contrast, no_contrast, two_arms, wald
from analytics.survival.influence import survival_influence
from analytics.survival.records import Records

Value = tuple[float, float, float, float]
"""A probability, its standard error and its limits."""


def survival_difference(
    records: Records,
    treated: ArrayLike,
    time: float,
    *,
    level: float = 0.95,
    conf_type: str = "log-log",
) -> Contrast:
    """Survival of the treated minus that of the controls at a time.

    ``plain``: normal interval and test. ``log-log``: the interval combines the arms' log-log limits (method of
    variance estimates recovery, Zou & Donner 2008), the test compares log(−log S) (Klein et al. 2007). Both take
    the covariance through shared clusters into account.

    Args:
        records: of both arms, see ``kaplan_meier``.
        treated: (n,) 1 treated, 0 control.
        time: the milestone, in the unit of ``stop``.
        level: confidence level.
        conf_type: ``log-log`` or ``plain``.

    Raises:
        ValueError: unknown ``conf_type``.
    """
    if conf_type not in ("log-log", "plain"):
        raise ValueError(f"conf_type must be log-log or plain, not {conf_type}")
    arms = two_arms(records, treated, level=level, conf_type=conf_type)
    measure = "survival_difference"
    of_treated, of_control = arms.treated.value_at(time), arms.control.value_at(time)
    (s1, e1, *_), (s0, e0, *_) = of_treated, of_control
    if np.isnan(s1) or np.isnan(s0):
        return no_contrast(measure, f"follow-up of an arm ends before {time:g}", s1, s0)
    if np.isnan(e1) or np.isnan(e0):
        return no_contrast(measure, f"nobody of an arm survives to {time:g}: no standard error", s1, s0)
    shared = arms.covariance(survival_influence, time)
    error = float(np.sqrt(max(e1**2 + e0**2 - 2 * shared, 0.0)))
    influence = arms.difference_influence(survival_influence, time)
    plain = wald(measure, s1 - s0, error, treated=s1, control=s0, level=level)
    plain = replace(plain, influence=influence)
    return plain if conf_type == "plain" else with_log_log_limits(plain, of_treated, of_control, shared)


def with_log_log_limits(plain: Contrast, treated: Value, control: Value, shared: float) -> Contrast:
    """A difference of two probabilities with limits recovered from the arms' own, and the test on the log-log scale.

    Args:
        plain: the difference.
        treated, control: probability, standard error and log-log limits of each arm.
        shared: covariance of the arms.
    """
    (s1, e1, lower1, upper1), (s0, e0, lower0, upper0) = treated, control
    correlation = shared / (e1 * e0) if e1 > 0 and e0 > 0 else 0.0
    down = _recovered(s1 - lower1, upper0 - s0, correlation)
    up = _recovered(upper1 - s1, s0 - lower0, correlation)
    p_value = _log_log_p_value(s1, e1, s0, e0, shared)
    return replace(plain, ci_lower=s1 - s0 - down, ci_upper=s1 - s0 + up, p_value=p_value)


def _recovered(treated: float, control: float, correlation: float) -> float:
    return float(np.sqrt(max(treated**2 + control**2 - 2 * correlation * treated * control, 0.0)))


def _log_log_p_value(s1: float, e1: float, s0: float, e0: float, shared: float) -> float:
    """Test of equal log(−log S); NaN where an arm's survival is 0 or 1."""
    if not (0 < s1 < 1 and 0 < s0 < 1):
        return np.nan
    slope1, slope0 = 1 / (s1 * np.log(s1)), 1 / (s0 * np.log(s0))
    variance = (slope1 * e1) ** 2 + (slope0 * e0) ** 2 - 2 * slope1 * slope0 * shared
    distance = np.log(-np.log(s1)) - np.log(-np.log(s0))
    return 2 * float(ndtr(-abs(distance) / np.sqrt(variance)))
