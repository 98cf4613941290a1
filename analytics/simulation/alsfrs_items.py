"""ALSFRS-R items from totals: which function a patient loses first, whatever the source's column names."""

import numpy as np
from numpy.typing import NDArray

from analytics.simulation.streams import BoolArray, FloatArray

# Loss comes early where the weight is high; respiration is mostly intact at baseline (mean item > 3.6).
LIMB_WEIGHT = np.array([0.7, 0.6, 0.7, 1.4, 1.3, 1.4, 1.1, 1.3, 1.8, 0.45, 0.25, 0.12])
BULBAR_WEIGHT = np.array([2.2, 1.6, 1.8, 0.8, 0.8, 0.8, 0.7, 0.7, 0.9, 0.50, 0.25, 0.12])


def loss_rank(rng: np.random.Generator, bulbar: BoolArray) -> NDArray[np.int8]:
    """The order in which each subject loses the 48 points, as ranks of shape (subject, 12 items, 4 steps)."""
    weight = np.where(bulbar[:, None], BULBAR_WEIGHT, LIMB_WEIGHT)
    steps = np.cumsum(rng.exponential(1.0, (len(bulbar), 12, 4)) + 0.35, axis=2) / weight[:, :, None]
    order = steps.reshape(len(bulbar), 48).argsort(axis=1, kind="stable")
    rank = np.empty_like(order, dtype=np.int8)
    np.put_along_axis(rank, order, np.arange(48, dtype=np.int8)[None, :], axis=1)
    return rank.reshape(len(bulbar), 12, 4)


def items_of_total(rank: NDArray[np.int8], total: FloatArray) -> NDArray[np.int64]:
    """The twelve items (Q1..Q9, R1..R3) of each row, 0..4, which sum to `total` exactly.

    Args:
        rank: loss order of the row's subject, shape (row, 12, 4).
        total: ALSFRS-R totals, whole, 0..48.
    """
    lost = (48 - total).astype(np.int8)
    return np.asarray(4 - (rank < lost[:, None, None]).sum(axis=2))


def totals_over_time(
    rng: np.random.Generator, baseline: FloatArray, decline: FloatArray, day: FloatArray
) -> FloatArray:
    """ALSFRS-R totals by day: exact at day 0, then straight decline with a point of scatter, 0..48."""
    scatter = rng.normal(0.0, 1.0, len(day))
    total = np.round(baseline - decline * day / 30.4375 + scatter)
    return np.where(day == 0, baseline, np.clip(total, 0, 48))
