"""Competing risks: cumulative incidence (Aalen–Johansen) and cause-specific hazards.

Belongs here: estimates by cause. The subdistribution hazard: ``fine_gray``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats, Integers
from analytics.survival.competing_kernel import incidence_variance
from analytics.survival.cox import fit_cox
from analytics.survival.cox_data import NO_TIMES
from analytics.survival.cox_fit import CoxFit
from analytics.survival.curve import limits
from analytics.survival.risk_sets import RiskSets, risk_sets
from analytics.survival.times import codes_of, follow_up, labelled


@dataclass(frozen=True)
class CumulativeIncidence:
    """Probability of having failed from one cause by each of T times (right-continuous), with limits."""

    cause: int
    time: Floats
    n_risk: Floats
    n_event: Floats
    incidence: Floats
    std_error: Floats
    ci_lower: Floats
    ci_upper: Floats

    def incidence_at(self, t: float) -> tuple[float, float, float]:
        """Incidence at t with limits; NaN after the last follow-up time."""
        if not len(self.time) or t > self.time[-1] or np.isnan(t):
            return np.nan, np.nan, np.nan
        row = int(np.searchsorted(self.time, t, side="right")) - 1
        if row < 0:
            return 0.0, 0.0, 0.0
        return float(self.incidence[row]), float(self.ci_lower[row]), float(self.ci_upper[row])


def aalen_johansen(
    stop: ArrayLike,
    cause: ArrayLike,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
    conf_type: str = "log-log",
) -> dict[int, CumulativeIncidence]:
    """Cumulative incidence of each cause, as R's ``survfit(Surv(time, factor(cause)) ~ 1)``.

    Standard errors are the infinitesimal jackknife's, by cluster when given; limits are on the chosen scale of the
    incidence itself, as R's ``pstate``.

    Args:
        stop: (n,) time of event or censoring.
        cause: (n,) 0 censored, 1..k cause of failure.
        start, weights, cluster, level, conf_type: see ``kaplan_meier``.

    Raises:
        ValueError: a cause is not a whole number from 0; see also ``times.follow_up``.
    """
    causes = np.asarray(cause, dtype=np.float64)
    known = np.isfinite(causes)
    if (causes[known] < 0).any() or (causes[known] != np.floor(causes[known])).any():
        raise ValueError("cause must be 0 (censored) or a whole number from 1")
    records = follow_up(
        stop,
        causes > 0,
        start=start,
        weights=weights,
        complete=known & labelled(len(causes), cluster=cluster),
    )
    codes = causes[records.kept].astype(np.int64)
    clusters = codes_of(cluster, records.kept)
    sets = risk_sets(records)
    return {
        int(value): _incidence(sets, codes, int(value), cluster=clusters, level=level, conf_type=conf_type)
        for value in np.unique(codes[codes > 0])
    }


def _incidence(
    sets: RiskSets, causes: Integers, cause: int, *, cluster: Integers | None, level: float, conf_type: str
) -> CumulativeIncidence:
    records = sets.records
    at = np.searchsorted(sets.time, records.stop)
    events = np.zeros(len(sets.time))
    np.add.at(events, at, records.weight * (causes == cause))
    own_hazard = events / sets.at_risk
    before = np.concatenate([[1.0], np.cumprod(1.0 - sets.hazard)[:-1]])
    incidence = np.cumsum(before * own_hazard)
    with np.errstate(divide="ignore"):
        jump = np.where(sets.everyone_fails, 0.0, 1.0 / (sets.at_risk - sets.events))
    n_clusters = records.n if cluster is None else int(cluster.max()) + 1
    variance = incidence_variance(
        sets.time, jump, sets.hazard, before / sets.at_risk, own_hazard, incidence, cause, causes, sets.order,
        records.stop, records.weight, np.arange(records.n) if cluster is None else cluster, n_clusters,
        sets.entry_order, NO_TIMES if records.start is None else records.start,
    )  # fmt: skip
    error = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(error == 0, 0.0, error / incidence)
    lower, upper = limits(incidence, relative, level, conf_type)
    return CumulativeIncidence(cause, sets.time, sets.at_risk, events, incidence, error, lower, upper)


def cause_specific_cox(
    stop: ArrayLike,
    cause: ArrayLike,
    covariates: pd.DataFrame,
    of_cause: int = 1,
    **options: ArrayLike | bool | str | None,
) -> CoxFit:
    """Cox model of one cause's hazard; failures from other causes are censored (Prentice et al. 1978).

    Args:
        stop, covariates, options: see ``cox.fit_cox``.
        cause: (n,) 0 censored, 1..k cause of failure.
        of_cause: the cause whose hazard is modelled.
    """
    causes = np.asarray(cause, dtype=np.float64)
    event = np.where(np.isfinite(causes), causes == of_cause, np.nan)
    return fit_cox(stop, event, covariates, **options)  # type: ignore[arg-type]
