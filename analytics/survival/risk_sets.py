"""Numbers at risk, events and censorings at each distinct time, weighted.

Belongs here: the table every one-sample estimator starts from. Does not belong here: the estimators.
"""

from dataclasses import dataclass

import numpy as np

from analytics.survival.arrays import Array, Floats, Integers
from analytics.survival.cox_data import NO_ROWS, NO_TIMES
from analytics.survival.km_kernel import jackknife_variance, risk_table
from analytics.survival.times import FollowUp


@dataclass(frozen=True)
class RiskSets:
    """T distinct ascending times of n records. ``hazard`` is events / at risk, exactly 1 when all at risk fail."""

    records: FollowUp
    order: Integers
    entry_order: Integers
    time: Floats
    at_risk: Floats
    events: Floats
    censored: Floats
    rows_at_risk: Integers
    row_events: Integers
    hazard: Floats
    everyone_fails: Array

    def robust_variance(self, jump: Floats, cluster: Integers | None) -> Floats:
        """Infinitesimal-jackknife variance (T,) of Σ jump·(dN − Y·hazard), by cluster (None: by row)."""
        n = self.records.n
        codes = np.arange(n) if cluster is None else cluster
        n_clusters = n if cluster is None else int(cluster.max()) + 1
        start = NO_TIMES if self.records.start is None else self.records.start
        return jackknife_variance(
            self.time, jump, self.hazard, self.order, self.records.stop, self.records.event, self.records.weight,
            codes, n_clusters, self.entry_order, start,
        )  # fmt: skip


@dataclass(frozen=True)
class CurveInfluence:
    """What the influence of each record on functions of a curve is computed from (see ``influence``)."""

    sets: RiskSets
    jump: Floats
    cluster: Integers | None


def risk_sets(records: FollowUp) -> RiskSets:
    """Count who is at risk at each distinct stop; those who enter at a time are not yet at risk at it."""
    order = np.argsort(records.stop, kind="stable")
    ordered = records.stop[order]
    time = ordered[np.concatenate([[True], np.diff(ordered) > 0])] if len(ordered) else ordered
    entry_order: Integers = NO_ROWS
    start: Floats = NO_TIMES
    if records.start is not None:
        start = records.start
        entry_order = np.argsort(start, kind="stable")
    at_risk, events, censored, rows, row_events, _ = risk_table(
        time, order, records.stop, records.event, records.weight, entry_order, start
    )
    everyone_fails = (rows == row_events) & (rows > 0)
    hazard = np.where(everyone_fails, 1.0, events / at_risk)
    return RiskSets(
        records, order, entry_order, time, at_risk, events, censored, rows, row_events, hazard, everyone_fails
    )
