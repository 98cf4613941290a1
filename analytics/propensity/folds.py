"""Folds for cross-validation and cross-fitting."""

import numpy as np


def folds_within_arms(treated: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Number of the fold of each subject, each arm shared out evenly: (n,).

    They hang on the order of the rows given, so callers sort rows by subject key.

    Args:
        treated: (n,) 1 or 0.
        folds: how many.
        seed: of the draw.
    """
    generator = np.random.default_rng(seed)
    fold = np.empty(treated.size, dtype=np.int64)
    for arm in (0.0, 1.0):
        rows = np.flatnonzero(treated == arm)
        fold[rows] = generator.permutation(np.arange(rows.size) % folds)
    return fold
