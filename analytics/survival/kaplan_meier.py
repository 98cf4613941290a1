"""The Kaplan–Meier estimator, weighted or not, with delayed entry.

Belongs here: estimation of a curve and of its standard error. The curve itself: ``curve``.
"""

from dataclasses import replace

import numpy as np

from analytics.survival.arrays import Floats
from analytics.survival.curve import SurvivalCurve, limits
from analytics.survival.records import Records
from analytics.survival.risk_sets import CurveInfluence, risk_sets

__all__ = ["SurvivalCurve", "kaplan_meier"]


def kaplan_meier(
    records: Records,
    *,
    robust: bool | None = None,
    level: float = 0.95,
    conf_type: str = "log-log",
) -> SurvivalCurve:
    """Kaplan–Meier curve, as R's ``survfit(Surv(entry, stop, event) ~ 1, weight, cluster)``.

    Standard errors are Greenwood's, or the infinitesimal jackknife's (``robust``) when clusters or weights
    that are not whole numbers are given, as in R: Greenwood takes weights for repeated subjects. Records with a
    missing value or zero weight are left out. Without records every array is empty.

    Args:
        records: of one group; strata do not enter.
        robust: forces the choice of standard error.
        level: confidence level.
        conf_type: ``log-log``, ``log`` or ``plain``.

    Raises:
        ValueError: see ``Records.checked``; unknown ``conf_type``.
    """
    used = records.checked()
    if robust is None:
        robust = used.cluster is not None or used.fractional
    sets = risk_sets(used)
    survival = np.cumprod(1.0 - sets.hazard)
    with np.errstate(divide="ignore"):
        jump = np.where(sets.everyone_fails, 0.0, 1.0 / (sets.at_risk - sets.events))
    if robust and used.n:
        log_error = np.sqrt(sets.robust_variance(jump))
        log_error = np.where(survival == 0, 0.0, log_error)
    else:
        terms = sets.events / sets.at_risk * jump
        log_error = np.sqrt(np.cumsum(terms))
        log_error = np.where(survival == 0, np.nan, log_error)
    lower, upper = limits(survival, log_error, level, conf_type)
    curve = SurvivalCurve(
        time=sets.time,
        n_risk=sets.at_risk,
        n_event=sets.events,
        n_censor=sets.censored,
        survival=survival,
        std_error=survival * log_error,
        ci_lower=lower,
        ci_upper=upper,
        influence=CurveInfluence(sets, jump),
        level=level,
        conf_type=conf_type,
        robust=robust,
    )
    return _with_origin(curve)


def _with_origin(curve: SurvivalCurve) -> SurvivalCurve:
    """The curve with a row at time 0, where survival is 1, unless it begins at or before 0."""
    if not len(curve.time) or curve.time[0] <= 0:
        return curve
    records = curve.influence.sets.records
    present = records.weight if records.entry is None else records.weight[records.entry <= 0]

    def before(first: float, column: Floats) -> Floats:
        return np.concatenate([[first], column])

    return replace(
        curve,
        time=before(0.0, curve.time),
        n_risk=before(float(present.sum()), curve.n_risk),
        n_event=before(0.0, curve.n_event),
        n_censor=before(0.0, curve.n_censor),
        survival=before(1.0, curve.survival),
        std_error=before(0.0, curve.std_error),
        ci_lower=before(1.0, curve.ci_lower),
        ci_upper=before(1.0, curve.ci_upper),
    )
