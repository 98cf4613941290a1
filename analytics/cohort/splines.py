"""Restricted cubic splines: numeric covariates whose association may bend, and is straight beyond the outer knots.

Belongs here: knots and basis. Does not belong here: which model asks for them (`propensity`, `outcome.cox` of the protocol).
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analytics.propensity.score_terms import is_categorical

QUANTILES: dict[int, tuple[float, ...]] = {
    3: (0.1, 0.5, 0.9),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.5, 0.725, 0.95),
}
"""Where the knots stand, by their number (Harrell, Regression Modeling Strategies, 2nd edition, table 2.3)."""


def spline_knots(covariates: pd.DataFrame, columns: Iterable[str], number: int) -> dict[str, np.ndarray]:
    """Knots of each numeric column at quantiles of its known values.

    A column of which two knots would fall together (two-valued, or a score of few levels) has none and stays straight.

    Args:
        covariates: one row per subject.
        columns: those of them that may bend; text and yes/no columns are passed over.
        number: of knots, 3 to 5; 0 for none at all.
    """
    if not number:
        return {}
    found = {}
    for name in columns:
        column = covariates[name]
        if is_categorical(column):
            continue
        known = column.dropna().to_numpy(dtype=np.float64)
        knots = np.quantile(known, QUANTILES[number]) if known.size else np.zeros(number)
        if (np.diff(knots) > 0).all():
            found[name] = knots
    return found


def with_splines(covariates: pd.DataFrame, knots: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The columns, each followed by its nonlinear terms, named with primes: X, X', X'' (as R's `rms::rcs`).

    Args:
        covariates: one row per subject; what is missing stays missing.
        knots: by column, from `spline_knots`.
    """
    columns: dict[str, pd.Series | np.ndarray] = {}
    for name in covariates.columns:
        columns[name] = covariates[name]
        if name in knots:
            bends = _nonlinear(covariates[name].to_numpy(dtype=np.float64), knots[name])
            columns |= {name + "'" * (place + 1): bend for place, bend in enumerate(bends)}
    return pd.DataFrame(columns, index=covariates.index)


def _nonlinear(x: np.ndarray, knots: np.ndarray) -> list[np.ndarray]:
    """The terms beyond x itself, one fewer than there are inner intervals, in the unit of x."""
    last, before = knots[-1], knots[-2]
    bends = []
    for knot in knots[:-2]:
        curve = _cubed(x - knot)
        curve -= _cubed(x - before) * (last - knot) / (last - before)
        curve += _cubed(x - last) * (before - knot) / (last - before)
        bends.append(curve / (last - knots[0]) ** 2)
    return bends


def _cubed(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.maximum(x, 0.0) ** 3)
