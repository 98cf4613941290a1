"""Records: who was followed from when to when, with which weight; what every estimator of this package accepts.

Belongs here: the object, its checks, and which records can be used. Does not belong here: any estimate, any covariate.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Array, Floats, Integers, Marks
from analytics.survival.times import merge_near_ties


@dataclass(frozen=True, eq=False)
class CheckedRecords:
    """Records without a gap, as the kernels take them: n of each, or None where nothing was given.

    ``entry`` is None when nobody enters late; ``cluster`` and ``strata`` are codes 0..k-1.
    """

    stop: Floats
    event: Marks
    weight: Floats
    entry: Floats | None = None
    cluster: Integers | None = None
    strata: Integers | None = None

    @property
    def n(self) -> int:
        """Number of records."""
        return len(self.stop)

    @property
    def fractional(self) -> bool:
        """Whether a weight is not a whole number: then, as in R, variances are robust unless asked otherwise."""
        return bool((self.weight != np.floor(self.weight)).any())

    @property
    def n_cluster(self) -> int | None:
        """Number of clusters, or None without clusters."""
        return None if self.cluster is None else int(self.cluster.max(initial=-1)) + 1


@dataclass(frozen=True, eq=False, init=False)
class Records:
    """Follow-up on the ``(entry, stop]`` clock, a record per subject or per interval of one; as given, gaps included.

    Attributes:
        stop: (n,) time of event or censoring.
        event: (n,) 1 (true) for an event, 0 for censoring; with competing risks the number of the cause.
        entry: (n,) time of delayed entry, or the interval's begin; None when everyone is observed from the origin.
        weight: (n,) case weights; None for 1 each.
        cluster: (n,) labels of correlated records (matched set, several intervals of one subject); None for none.
        strata: (n,) labels; records of one stratum are compared with each other only. None for one stratum.
    """

    stop: Floats
    event: Floats
    entry: Floats | None
    weight: Floats | None
    cluster: Array | None
    strata: Array | None

    def __init__(
        self,
        stop: ArrayLike,
        event: ArrayLike,
        *,
        entry: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        cluster: ArrayLike | None = None,
        strata: ArrayLike | None = None,
    ) -> None:
        """Take sequences of equal length.

        Raises:
            ValueError: lengths differ.
        """
        n = np.size(stop)
        numbers = {"stop": stop, "event": event, "entry": entry, "weight": weight}
        labels = {"cluster": cluster, "strata": strata}
        given: dict[str, Array | None] = {
            name: None if v is None else np.asarray(v, dtype=np.float64) for name, v in numbers.items()
        }
        given |= {name: None if v is None else np.asarray(v) for name, v in labels.items()}
        for name, values in given.items():
            if values is not None and len(values) != n:
                raise ValueError(f"{name} has {len(values)} values, stop has {n}: give one per record")
            object.__setattr__(self, name, values)

    def __len__(self) -> int:
        """Number of records given."""
        return len(self.stop)

    @property
    def usable(self) -> Marks:
        """Records (n,) without a missing value or label and with a weight other than 0; as in R, others are left out."""
        present = np.isfinite(self.stop) & np.isfinite(self.event)
        if self.entry is not None:
            present &= np.isfinite(self.entry)
        if self.weight is not None:
            present &= np.isfinite(self.weight) & (self.weight != 0)
        for labels in (self.cluster, self.strata):
            if labels is not None and labels.dtype.kind not in "iub":
                present &= ~np.asarray(pd.isna(labels))
        return present

    def where(self, kept: Marks) -> "Records":
        """The records marked (n,)."""

        def pick(values: Array | None) -> Array | None:
            return None if values is None else values[kept]

        return Records(
            self.stop[kept],
            self.event[kept],
            entry=pick(self.entry),
            weight=pick(self.weight),
            cluster=pick(self.cluster),
            strata=pick(self.strata),
        )

    def checked(self, kept: Marks | None = None) -> CheckedRecords:
        """The records to compute with, times that differ by floating-point noise merged.

        Args:
            kept: (n,) marks some of the usable records; None for all of them.

        Raises:
            ValueError: an event is not 0 or 1, a weight is negative, or a record ends at or before its entry.
        """
        kept = self.usable if kept is None else kept
        part = self if kept.all() else self.where(kept)
        weight = np.ones(len(part)) if part.weight is None else part.weight
        _check_values(part, weight)
        entry, stop = merge_near_ties(part.entry, part.stop)
        cluster, strata = codes_of(part.cluster), codes_of(part.strata)
        return CheckedRecords(stop, part.event == 1, weight, entry, cluster, strata)


def _check_values(records: Records, weight: Floats) -> None:
    if ((records.event != 0) & (records.event != 1)).any():
        raise ValueError("event must be 0 or 1 (or true/false) in every record")
    if (weight < 0).any():
        raise ValueError(f"{int((weight < 0).sum())} weights are negative: weights must be 0 or more")
    if records.entry is not None and (records.entry >= records.stop).any():
        bad = int((records.entry >= records.stop).sum())
        raise ValueError(f"{bad} records end at or before their entry: stop must be after entry")


def codes_of(labels: Array | None) -> Integers | None:
    """Codes 0..k-1 of labels in order of appearance."""
    return None if labels is None else pd.factorize(labels, use_na_sentinel=False)[0].astype(np.int64)
