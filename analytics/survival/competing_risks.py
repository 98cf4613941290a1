"""Competing risks: cumulative incidence (Aalen–Johansen) and cause-specific hazards.

Belongs here: estimates by cause. The subdistribution hazard: ``fine_gray``.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.survival.arrays import Floats, Integers
from analytics.survival.competing_kernel import incidence_variance
from analytics.survival.cox import fit_cox
from analytics.survival.cox_fit import CoxFit
from analytics.survival.curve import limits
from analytics.survival.records import Records
from analytics.survival.risk_sets import RiskSets, risk_sets


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


def aalen_johansen(
    records: Records, *, level: float = 0.95, conf_type: str = "log-log"
) -> dict[int, CumulativeIncidence]:
    """Cumulative incidence of each cause, as R's ``survfit(Surv(time, factor(cause)) ~ 1)``.

    Standard errors are the infinitesimal jackknife's, by cluster when given; limits are on the chosen scale of the
    incidence itself, as R's ``pstate``.

    Args:
        records: n records, ``event`` being 0 censored, 1..k cause of failure.
        level, conf_type: see ``kaplan_meier``.

    Raises:
        ValueError: a cause is not a whole number from 0; see also ``Records.checked``.
    """
    causes = records.event[records.usable]
    if (causes < 0).any() or (causes != np.floor(causes)).any():
        raise ValueError("the cause (event) must be 0 (censored) or a whole number from 1")
    codes = causes.astype(np.int64)
    sets = risk_sets(failures(records).checked())
    return {
        int(value): _incidence(sets, codes, int(value), level, conf_type)
        for value in np.unique(codes[codes > 0])
    }


def failures(records: Records, of_cause: int | None = None) -> Records:
    """The same records with the event 1 for a failure from the cause given, or from any."""
    event = records.event > 0 if of_cause is None else records.event == of_cause
    return replace(records, event=np.where(np.isfinite(records.event), event, np.nan))


def _incidence(
    sets: RiskSets, causes: Integers, cause: int, level: float, conf_type: str
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
    cluster, n_clusters = sets.clusters
    variance = incidence_variance(
        sets.time, jump, sets.hazard, before / sets.at_risk, own_hazard, incidence, cause, causes, sets.order,
        records.stop, records.weight, cluster, n_clusters, sets.entry_order, sets.entry,
    )  # fmt: skip
    error = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(error == 0, 0.0, error / incidence)
    lower, upper = limits(incidence, relative, level, conf_type)
    return CumulativeIncidence(cause, sets.time, sets.at_risk, events, incidence, error, lower, upper)


def cause_specific_cox(
    records: Records,
    covariates: pd.DataFrame,
    of_cause: int = 1,
    **options: Any,
) -> CoxFit:
    """Cox model of one cause's hazard; failures from other causes are censored (Prentice et al. 1978).

    Args:
        records: n records, ``event`` being 0 censored, 1..k cause of failure.
        covariates, options: see ``cox.fit_cox``.
        of_cause: the cause whose hazard is modelled.
    """
    return fit_cox(failures(records, of_cause), covariates, **options)
