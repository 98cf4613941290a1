"""Compiled distance between two weighted distributions; used through `analytics.balance.table` only."""

import numpy as np
from numba import njit


@njit(cache=True)
def largest_gap(ordered: np.ndarray, signed_weight: np.ndarray) -> float:
    """Largest absolute difference of two distribution functions.

    Args:
        ordered: values ascending.
        signed_weight: in the same order; the first arm's weights add up to 1, the second's to −1.
    """
    gap = 0.0
    largest = 0.0
    for i in range(ordered.size):
        gap += signed_weight[i]
        if i + 1 == ordered.size or ordered[i + 1] != ordered[i]:
            largest = max(largest, abs(gap))
    return largest
