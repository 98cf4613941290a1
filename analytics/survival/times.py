"""Times that differ by floating-point noise are the same time.

Belongs here: the tolerance and the merging. Does not belong here: records (``records``), any estimate.
"""

import numpy as np

from analytics.survival.arrays import Floats

TIME_TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


def merge_near_ties(entry: Floats | None, stop: Floats) -> tuple[Floats | None, Floats]:
    """Give times that differ by floating-point noise only one common value, as R's ``survival::aeqSurv``.

    Two successive distinct times are the same when they differ by at most 1.5e-8, or by at most that share of
    the mean absolute distinct time.
    """
    if len(stop) == 0:
        return entry, stop
    ordered = np.sort(stop if entry is None else np.concatenate([entry, stop]))
    gaps = np.diff(ordered)
    distinct = np.concatenate([[True], gaps > 0])
    cut = TIME_TOLERANCE * max(1.0, float(np.abs(ordered[distinct]).mean()))
    if not ((gaps > 0) & (gaps <= cut)).any():
        return entry, stop
    times = ordered[distinct]
    merged = times[np.concatenate([[True], np.diff(times) > cut])]
    stop = merged[np.searchsorted(merged, stop, side="right") - 1]
    if entry is None:
        return None, stop
    entry = merged[np.searchsorted(merged, entry, side="right") - 1]
    if (entry >= stop).any():
        raise ValueError(
            "a record's stop equals its entry up to floating-point noise: stop must be after entry"
        )
    return entry, stop
