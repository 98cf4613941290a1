"""Rows of an accelerated failure time model of treatment alone, and what each adds to the score.

Belongs here: the order and the clock of the rows, and the derivatives of their likelihood, in closed form. Does not
belong here: fitting (`accelerated`), the distributions (`log_time`).
"""

from dataclasses import dataclass

import numpy as np

from analytics.survival.arrays import Floats, Integers
from analytics.survival.log_time import LogTime
from analytics.survival.records import Records, codes_of


@dataclass(frozen=True)
class AcceleratedRows:
    """n rows in an order that hangs on no name and no file, their clock counting in ``unit`` days.

    Attributes:
        treated, entry, stop, event, weight: (n,); entry is 0 for who was at risk from the beginning.
        cluster: (n,) codes 0..k-1 of rows that are not independent; None where all are.
        place: (n,) of each among the records given.
        unit: days per event, so that times are about 1 in whatever unit they came.
    """

    treated: Floats
    entry: Floats
    stop: Floats
    event: Floats
    weight: Floats
    cluster: Integers | None
    place: Integers
    unit: float

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.stop)

    @classmethod
    def of(cls, records: Records, treated: Floats) -> "AcceleratedRows":
        """The usable ones of records, treated being 0 or 1 for each of them."""
        place = np.flatnonzero(records.usable)
        used, arm = records.checked(records.usable), treated[place]
        entry = np.zeros(used.n) if used.entry is None else np.maximum(used.entry, 0.0)
        event = used.event.astype(np.float64)
        order = np.lexsort((used.weight, event, used.stop, entry, arm))
        weight, stop, entry, event = used.weight[order], used.stop[order], entry[order], event[order]
        deaths = float(weight @ event)
        unit = float(weight @ (stop - entry)) / deaths if deaths > 0 else 1.0
        cluster = None if used.cluster is None else codes_of(used.cluster[order])
        return cls(arm[order], entry / unit, stop / unit, event, weight, cluster, place[order], unit)

    def scores(self, distribution: LogTime, theta: Floats) -> Floats:
        """Weighted score of each row (n, 3): derivative of its log likelihood by log time ratio, location, log scale."""
        ratio, location, log_scale = theta
        scale = np.exp(log_scale)
        centre = location + ratio * self.treated
        z = (np.log(self.stop) - centre) / scale
        slope, hazard = self.event * distribution.log_hazard_slope(z), distribution.hazard(z)
        by_location, by_scale = hazard - slope, z * (hazard - slope) - self.event
        late = self.entry > 0
        if late.any():
            at_entry = (np.log(self.entry[late]) - centre[late]) / scale
            survived = distribution.hazard(at_entry)
            by_location[late] -= survived
            by_scale[late] -= at_entry * survived
        by_location = self.weight * by_location / scale
        return np.column_stack([by_location * self.treated, by_location, self.weight * by_scale])

    def by_cluster(self, values: Floats) -> Floats:
        """Values (n, 3) summed over the rows of each cluster (k, 3)."""
        if self.cluster is None:
            return values
        return np.column_stack([np.bincount(self.cluster, column) for column in values.T])
