"""Compiled pass over a covariate of two arms; used through `analytics.propensity.score_terms` only."""

import numpy as np

from analytics.kernels import kernel


@kernel()
def arm_ranges(values: np.ndarray, arm: np.ndarray) -> tuple[float, float, float, float]:
    """Least and greatest value among the treated, then among the controls; of an arm of nobody, infinite."""
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for i in range(values.size):
        at = 0 if arm[i] else 1
        low[at] = min(low[at], values[i])
        high[at] = max(high[at], values[i])
    return low[0], high[0], low[1], high[1]
