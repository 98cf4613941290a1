"""Named random streams and the draws every table needs. A new table gets a stream; the others stay as they are."""

from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator that depends on the seed and the stream's name alone."""
    return np.random.default_rng([seed, crc32("/".join(names).encode())])


def truncated_normal(
    rng: np.random.Generator, n: int, mean: ArrayLike, sd: ArrayLike, low: ArrayLike, high: ArrayLike
) -> FloatArray:
    """`n` normal draws within [low, high] by inversion; parameters broadcast."""
    lower, upper = norm.cdf((low - np.asarray(mean)) / sd), norm.cdf((high - np.asarray(mean)) / sd)
    return np.asarray(mean + sd * norm.ppf(lower + (upper - lower) * rng.random(n)), dtype=float)


def choice_codes(rng: np.random.Generator, n: int, probability: ArrayLike) -> NDArray[np.int64]:
    """`n` category codes with the given probabilities (rescaled to sum to 1)."""
    cumulative = np.cumsum(np.asarray(probability, dtype=float))
    return np.searchsorted(cumulative / cumulative[-1], rng.random(n), side="right")


def text(codes: ArrayLike, values: list[str], blank: ArrayLike | None = None) -> pd.Categorical:
    """Text by code into `values`; null where `blank` or where the code is negative."""
    codes = np.asarray(codes)
    masked = codes if blank is None else np.where(np.asarray(blank), -1, codes)
    return pd.Categorical.from_codes(masked.astype(np.int32), categories=values)


def constant(n: int, value: str, blank: ArrayLike | None = None) -> pd.Categorical:
    """One text for all rows but the blank ones."""
    return text(np.zeros(n, dtype=np.int32), [value], blank)


def whole(values: ArrayLike, blank: ArrayLike | None = None) -> pd.arrays.IntegerArray:
    """Whole numbers, null where `blank` or not finite."""
    numbers = np.asarray(values, dtype=float)
    missing = ~np.isfinite(numbers)
    if blank is not None:
        missing |= np.asarray(blank)
    return pd.arrays.IntegerArray(np.where(missing, 0, numbers).round().astype(np.int64), missing)


def decimal(values: ArrayLike, digits: int, blank: ArrayLike | None = None) -> FloatArray:
    """Numbers rounded to `digits`, NaN where `blank`."""
    numbers = np.round(np.asarray(values, dtype=float), digits)
    return numbers if blank is None else np.where(np.asarray(blank), np.nan, numbers)
