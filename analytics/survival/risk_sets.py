"""Numbers at risk, events and censorings at each distinct time, weighted.

Belongs here: the table every one-sample estimator begins with. Does not belong here: the estimators.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.survival.arrays import Array, Floats, Integers
from analytics.survival.cox_data import NO_ROWS, NO_TIMES
from analytics.survival.km_kernel import jackknife_variance, risk_table
from analytics.survival.records import CheckedRecords, Records


@dataclass(frozen=True)
class RiskSets:
    """T distinct ascending times of n records. ``hazard`` is events / at risk, exactly 1 when all at risk fail."""

    records: CheckedRecords
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

    def robust_variance(self, jump: Floats) -> Floats:
        """Infinitesimal-jackknife variance (T,) of Σ jump·(dN − Y·hazard), by cluster (without clusters: by row)."""
        cluster, n_clusters = self.clusters
        return jackknife_variance(
            self.time, jump, self.hazard, self.order, self.records.stop, self.records.event, self.records.weight,
            cluster, n_clusters, self.entry_order, self.entry,
        )  # fmt: skip

    @property
    def clusters(self) -> tuple[Integers, int]:
        """Codes (n,) of the clusters and their number; each record its own where none were given."""
        n_cluster = self.records.n_cluster
        if self.records.cluster is None or n_cluster is None:
            return np.arange(self.records.n), self.records.n
        return self.records.cluster, n_cluster

    @property
    def entry(self) -> Floats:
        """Times of entry (n,), empty when nobody enters late."""
        return NO_TIMES if self.records.entry is None else self.records.entry


@dataclass(frozen=True)
class CurveInfluence:
    """What the influence of each record on functions of a curve is computed from (see ``influence``)."""

    sets: RiskSets
    jump: Floats


def risk_sets(records: CheckedRecords) -> RiskSets:
    """Count who is at risk at each distinct stop; those who enter at a time are not yet at risk at it."""
    order = np.argsort(records.stop, kind="stable")
    ordered = records.stop[order]
    time = ordered[np.concatenate([[True], np.diff(ordered) > 0])] if len(ordered) else ordered
    entry, entry_order = NO_TIMES, NO_ROWS
    if records.entry is not None:
        entry = records.entry
        entry_order = np.argsort(entry, kind="stable")
    at_risk, events, censored, rows, row_events, _ = risk_table(
        time, order, records.stop, records.event, records.weight, entry_order, entry
    )
    everyone_fails = (rows == row_events) & (rows > 0)
    hazard = np.where(everyone_fails, 1.0, events / at_risk)
    return RiskSets(
        records, order, entry_order, time, at_risk, events, censored, rows, row_events, hazard, everyone_fails
    )


def number_at_risk(records: Records, times: ArrayLike) -> Integers:
    """Records at risk at each time (k,): entered before it and not stopped before it; weights do not enter."""
    used = records.checked()
    at = np.asarray(times, dtype=np.float64)
    left = np.searchsorted(np.sort(used.stop), at, side="left")
    entered = used.n if used.entry is None else np.searchsorted(np.sort(used.entry), at, side="left")
    return np.asarray(entered - left, dtype=np.int64)
