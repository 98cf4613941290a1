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
    rng: np.random.Generator, n: int, *, mean: ArrayLike, sd: ArrayLike, low: ArrayLike, high: ArrayLike
) -> FloatArray:
    """`n` normal draws within [low, high] by inversion; parameters broadcast."""
    centre, spread = np.asarray(mean, dtype=float), np.asarray(sd, dtype=float)
    lower, upper = (
        norm.cdf((np.asarray(low) - centre) / spread),
        norm.cdf((np.asarray(high) - centre) / spread),
    )
    return np.asarray(centre + spread * norm.ppf(lower + (upper - lower) * rng.random(n)), dtype=float)


def choice_codes(rng: np.random.Generator, n: int, probability: ArrayLike) -> NDArray[np.int64]:
    """`n` category codes with the given probabilities (rescaled to sum to 1)."""
    cumulative = np.cumsum(np.asarray(probability, dtype=float))
    return np.searchsorted(cumulative / cumulative[-1], rng.random(n), side="right")


def text(codes: ArrayLike, values: list[str], blank: ArrayLike | None = None) -> pd.Categorical:
    """Text by code into `values`; null where `blank` or where the code is negative."""
    shown = np.asarray(codes)
    masked = shown if blank is None else np.where(np.asarray(blank), -1, shown)
    return pd.Categorical.from_codes(masked.astype(np.int32), dtype=pd.CategoricalDtype(values))  # type: ignore[arg-type]


def constant(n: int, value: str, blank: ArrayLike | None = None) -> pd.Categorical:
    """One text for all rows but the blank ones."""
    return text(np.zeros(n, dtype=np.int32), [value], blank)


def either(condition: ArrayLike, yes: object, no: object) -> NDArray[np.object_]:
    """Text by condition; None is a missing value."""
    chosen = np.array(no, dtype=object), np.array(yes, dtype=object)
    return np.where(np.asarray(condition, dtype=bool), chosen[1], chosen[0])


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
