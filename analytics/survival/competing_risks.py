"""Competing risks: cumulative incidence (Aalen–Johansen) and cause-specific hazards.

Belongs here: estimates by cause. The subdistribution hazard: ``fine_gray``; two arms: ``risk_difference``.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats, Integers
from analytics.survival.competing_kernel import incidence_variance
from analytics.survival.cox import fit_cox
from analytics.survival.cox_fit import CoxFit
from analytics.survival.curve import limits
from analytics.survival.records import Records
from analytics.survival.risk_sets import RiskSets, risk_sets


@dataclass(frozen=True)
class IncidenceInfluence:
    """What the influence of each record on an incidence is computed from.

    A record's influence at t is B − F(t)·A, with F the incidence and A the influence on −log of the probability of no
    failure; ``own`` is the jump of B at a failure from the cause, ``jump`` that of A at any (see ``competing_kernel``).
    """

    sets: RiskSets
    causes: Integers
    cause: int
    jump: Floats
    own: Floats
    incidence: Floats

    def at(self, t: float) -> Floats:
        """Influence (n,) of each record on the incidence at t; their squares, summed by cluster first, are its variance."""
        sets, records = self.sets, self.sets.records
        last = int(np.searchsorted(sets.time, t, side="right"))
        reached = np.concatenate([[0.0], self.incidence])[last]
        hazard = np.bincount(
            np.searchsorted(sets.time, records.stop),
            records.weight * (self.causes == self.cause),
            len(sets.time),
        )
        own_hazard = hazard / sets.at_risk
        fall = self.own * own_hazard + (self.incidence - reached) * self.jump * sets.hazard
        cumulated = np.concatenate([[0.0], np.cumsum(fall)])
        at_stop = np.searchsorted(sets.time, records.stop, side="right")
        until = np.minimum(at_stop, last)
        began = np.zeros(records.n, dtype=np.int64)
        if records.entry is not None:
            began = np.minimum(np.searchsorted(sets.time, records.entry, side="right"), until)
        row = at_stop - 1
        failure = (self.incidence[row] - reached) * self.jump[row] * (self.causes > 0)
        failure = failure + self.own[row] * (self.causes == self.cause)
        gained = np.where(at_stop <= last, failure, 0.0)
        return (gained - (cumulated[until] - cumulated[began])) * records.weight


@dataclass(frozen=True)
class CumulativeIncidence:
    """Probability of having failed from one cause by each of T times (right-continuous), with limits.

    ``n_risk``, ``n_event``, ``n_competing`` (failures from other causes) and ``n_censor`` are sums of weights.
    """

    cause: int
    time: Floats
    n_risk: Floats
    n_event: Floats
    n_competing: Floats
    n_censor: Floats
    incidence: Floats
    std_error: Floats
    ci_lower: Floats
    ci_upper: Floats
    influence: IncidenceInfluence = field(repr=False, compare=False)

    def value_at(self, t: float) -> tuple[float, float, float, float]:
        """Incidence, its standard error and its limits at time t; NaN after the last time, unless everyone has failed."""
        if (
            not len(self.time)
            or np.isnan(t)
            or (t > self.time[-1] and not self.influence.sets.everyone_fails[-1])
        ):
            return (np.nan,) * 4
        row = int(np.searchsorted(self.time, t, side="right")) - 1
        if row < 0:
            return (0.0,) * 4
        columns = (self.incidence, self.std_error, self.ci_lower, self.ci_upper)
        value, error, lower, upper = (float(column[row]) for column in columns)
        return value, error, lower, upper

    def n_risk_at(self, times: ArrayLike) -> Floats:
        """Weighted number at risk just before each time: (k,)."""
        row = np.searchsorted(self.time, np.asarray(times, dtype=np.float64), side="left")
        return np.append(self.n_risk, 0.0)[row]


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
    codes = _causes(records)
    sets = risk_sets(failures(records).checked())
    return {
        int(value): _incidence(sets, codes, int(value), level, conf_type)
        for value in np.unique(codes[codes > 0])
    }


def cumulative_incidence(
    records: Records, cause: int = 1, *, level: float = 0.95, conf_type: str = "log-log"
) -> CumulativeIncidence:
    """As ``aalen_johansen``, of one cause, whether or not anybody failed from it."""
    return _incidence(risk_sets(failures(records).checked()), _causes(records), cause, level, conf_type)


def _causes(records: Records) -> Integers:
    """Cause (n,) of each usable record."""
    causes = records.event[records.usable]
    if (causes < 0).any() or (causes != np.floor(causes)).any():
        raise ValueError("the cause (event) must be 0 (censored) or a whole number from 1")
    return causes.astype(np.int64)


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
    return CumulativeIncidence(
        cause, sets.time, sets.at_risk, events, sets.events - events, sets.censored, incidence, error, lower, upper,
        IncidenceInfluence(sets, causes, cause, jump, before / sets.at_risk, incidence),
    )  # fmt: skip


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
