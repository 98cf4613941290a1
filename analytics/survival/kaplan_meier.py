"""The Kaplan–Meier estimator, weighted or not, with delayed entry.

Belongs here: estimation of a curve and of its standard error. The curve itself: ``curve``.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats
from analytics.survival.curve import SurvivalCurve, limits
from analytics.survival.risk_sets import CurveInfluence, risk_sets
from analytics.survival.times import codes_of, follow_up, labelled

__all__ = ["SurvivalCurve", "kaplan_meier"]


def kaplan_meier(
    stop: ArrayLike,
    event: ArrayLike,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    robust: bool | None = None,
    level: float = 0.95,
    conf_type: str = "log-log",
) -> SurvivalCurve:
    """Kaplan–Meier curve, as R's ``survfit(Surv(start, stop, event) ~ 1, weights, cluster)``.

    Standard errors are Greenwood's, or the infinitesimal jackknife's (``robust``) when clusters or weights
    that are not whole numbers are given, as in R: Greenwood takes weights for repeated subjects. Records with a
    missing value or zero weight are left out. Without records every array is empty.

    Args:
        stop: (n,) time of event or censoring.
        event: (n,) 1 for an event.
        start: (n,) delayed entry.
        weights: (n,) case weights.
        cluster: (n,) labels of correlated records (matched set, several intervals of one subject).
        robust: forces the choice of standard error.
        level: confidence level.
        conf_type: ``log-log``, ``log`` or ``plain``.

    Raises:
        ValueError: see ``times.follow_up``; unknown ``conf_type``.
    """
    stop = np.asarray(stop, dtype=np.float64)
    known = labelled(len(stop), cluster=cluster)
    records = follow_up(stop, event, start=start, weights=weights, complete=known)
    clusters = codes_of(cluster, records.kept)
    if robust is None:
        robust = clusters is not None or bool((records.weight != np.floor(records.weight)).any())
    sets = risk_sets(records)
    survival = np.cumprod(1.0 - sets.hazard)
    with np.errstate(divide="ignore"):
        jump = np.where(sets.everyone_fails, 0.0, 1.0 / (sets.at_risk - sets.events))
    if robust and records.n:
        log_error = np.sqrt(sets.robust_variance(jump, clusters))
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
        influence=CurveInfluence(sets, jump, clusters),
        level=level,
        conf_type=conf_type,
        robust=robust,
    )
    return _with_origin(curve)


def _with_origin(
    curve: SurvivalCurve,
) -> SurvivalCurve:
    """The curve with a row at time 0, where survival is 1, unless it begins at or before 0."""
    if not len(curve.time) or curve.time[0] <= 0:
        return curve
    records = curve.influence.sets.records
    present = records.weight if records.start is None else records.weight[records.start <= 0]

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
