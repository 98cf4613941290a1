"""Checked follow-up: arrays of entry, stop, event and weight on the ``(entry, stop]`` clock.

Belongs here: validation, dropping of incomplete rows and merging of times that differ by floating-point noise.
Does not belong here: any estimate.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats, Integers, Marks

TIME_TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True)
class FollowUp:
    """Follow-up of n records. ``start`` is None when nobody enters late; ``kept`` marks the input rows used."""

    start: Floats | None
    stop: Floats
    event: Marks
    weight: Floats
    kept: Marks

    @property
    def n(self) -> int:
        """Number of records used."""
        return len(self.stop)


def follow_up(
    stop: ArrayLike,
    event: ArrayLike,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    complete: Marks | None = None,
) -> FollowUp:
    """Check and align follow-up; rows with a missing value or a weight of zero are left out.

    Args:
        stop: Length n, time of event or censoring.
        event: Length n, true or 1 for an event.
        start: Length n, time of (delayed) entry; None when everyone is observed from the origin.
        weights: Length n, case weights, not negative.
        complete: Length n, false for rows to leave out for other reasons (a missing covariate).

    Raises:
        ValueError: lengths differ, a weight is negative, or a record ends at or before its entry.
    """
    stop_values: Floats = np.asarray(stop, dtype=np.float64)
    event_values = np.asarray(event, dtype=np.float64)
    n = len(stop_values)
    start_values: Floats | None = None if start is None else np.asarray(start, dtype=np.float64)
    weight_values = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    for name, values in (("event", event_values), ("start", start_values), ("weights", weight_values)):
        if values is not None and len(values) != n:
            raise ValueError(f"{name} has {len(values)} values, stop has {n}: give one per record")
    kept = np.isfinite(stop_values) & np.isfinite(event_values) & np.isfinite(weight_values)
    kept &= weight_values != 0
    if start_values is not None:
        kept &= np.isfinite(start_values)
    if complete is not None:
        kept &= complete
    if not kept.all():
        stop_values, event_values, weight_values = stop_values[kept], event_values[kept], weight_values[kept]
        start_values = None if start_values is None else start_values[kept]
    _check_values(start_values, event_values, weight_values, stop_values)
    start_values, stop_values = merge_near_ties(start_values, stop_values)
    return FollowUp(start_values, stop_values, event_values == 1, weight_values, kept)


def _check_values(start: Floats | None, event: Floats, weight: Floats, stop: Floats) -> None:
    if ((event != 0) & (event != 1)).any():
        raise ValueError("event must be 0 or 1 (or true/false) in every record")
    if (weight < 0).any():
        raise ValueError(f"{int((weight < 0).sum())} weights are negative: weights must be 0 or more")
    if start is not None and (start >= stop).any():
        bad = int((start >= stop).sum())
        raise ValueError(f"{bad} records end at or before their entry: stop must be after start")


def merge_near_ties(start: Floats | None, stop: Floats) -> tuple[Floats | None, Floats]:
    """Give times that differ by floating-point noise only one common value, as R's ``survival::aeqSurv``.

    Two successive distinct times are the same when they differ by at most 1.5e-8, or by at most that share of
    the mean absolute distinct time.
    """
    if len(stop) == 0:
        return start, stop
    ordered = np.sort(stop if start is None else np.concatenate([start, stop]))
    gaps = np.diff(ordered)
    distinct = np.concatenate([[True], gaps > 0])
    cut = TIME_TOLERANCE * max(1.0, float(np.abs(ordered[distinct]).mean()))
    if not ((gaps > 0) & (gaps <= cut)).any():
        return start, stop
    times = ordered[distinct]
    merged = times[np.concatenate([[True], np.diff(times) > cut])]
    stop = merged[np.searchsorted(merged, stop, side="right") - 1]
    if start is None:
        return None, stop
    start = merged[np.searchsorted(merged, start, side="right") - 1]
    if (start >= stop).any():
        raise ValueError(
            "a record's stop equals its start up to floating-point noise: stop must be after start"
        )
    return start, stop


def labelled(n: int, **labels: ArrayLike | None) -> Marks:
    """Records (n,) that have every label given (strata, clusters); as in R, others are left out.

    Raises:
        ValueError: the number of labels is not n.
    """
    present = np.ones(n, dtype=bool)
    for name, given in labels.items():
        if given is None:
            continue
        values = np.asarray(given)
        if len(values) != n:
            raise ValueError(f"{name} has {len(values)} values, stop has {n}: give one per record")
        if values.dtype.kind not in "iub":
            present &= ~np.asarray(pd.isna(values))
    return present


def codes_of(labels: ArrayLike | None, kept: Marks) -> Integers | None:
    """Integer codes 0..k-1 of labels (strata, clusters) for the rows kept; None for None."""
    if labels is None:
        return None
    values = labels if isinstance(labels, pd.Series) else pd.Series(np.asarray(labels))
    codes, _ = pd.factorize(values if kept.all() else values[kept], use_na_sentinel=False)
    return codes.astype(np.int64)
