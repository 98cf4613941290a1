"""Who is still free while controls are taken one after another (compiled); shared by the kernels of greedy matching.

Used controls are skipped by two union-find arrays, one towards either side, so that a search never walks past them twice.
"""

import numpy as np

from analytics.kernels import kernel


@kernel()
def all_free(n_control: int) -> tuple[np.ndarray, np.ndarray]:
    """The two arrays while every control is free."""
    return np.arange(n_control + 1, dtype=np.int32), np.arange(n_control + 1, dtype=np.int32)


@kernel()
def root(parent: np.ndarray, k: int) -> int:
    """The nearest free place on an array's side, from place `k` on."""
    while parent[k] != k:
        parent[k] = parent[parent[k]]
        k = parent[k]
    return k


@kernel()
def take(c: int, free_left: np.ndarray, free_right: np.ndarray) -> None:
    """Control `c` is no longer free."""
    free_left[c + 1] = c
    free_right[c] = c + 1


@kernel()
def within(control_limit: np.ndarray, treated_limit: np.ndarray, width: np.ndarray, c: int, t: int) -> bool:
    """Whether every covariate caliper allows the pair."""
    for j in range(width.size):  # noqa: SIM110 - the compiler knows no generators
        if not abs(control_limit[j, c] - treated_limit[j, t]) <= width[j]:
            return False
    return True


@kernel()
def no_matches(ratio: np.ndarray) -> np.ndarray:
    """Control numbers (n_treated, most wanted), −1 where none: nobody has one yet."""
    return np.full((ratio.size, ratio.max() if ratio.size else 1), -1, dtype=np.int32)


@kernel()
def waits(t: int, r: int, ratio: np.ndarray, match: np.ndarray) -> bool:
    """Whether treated `t` takes part in round `r`: wants so many, and found one in every round before."""
    return ratio[t] > r and (r == 0 or match[t, r - 1] >= 0)
