"""Bins of numeric covariates for coarsened exact matching, as R's `hist` rules and MatchIt cut them."""

import numpy as np
import pandas as pd

from analytics.propensity.score_terms import is_categorical

Rule = int | str | list[float]


def coarsen(covariates: pd.DataFrame, bins: dict[str, Rule]) -> pd.DataFrame:
    """Numbers replaced by their bin; categories as they are; missing values stay missing.

    Args:
        covariates: (n, k).
        bins: rule per column; columns not named use Sturges' rule.

    Raises:
        ValueError: a rule for an absent column, or one that does not exist.
    """
    absent = [name for name in bins if name not in covariates.columns]
    if absent:
        raise ValueError(f"matching: bins for {absent[0]}, which is not among the covariates")
    coarse = {}
    for name in covariates.columns:
        column, rule = covariates[name], bins.get(str(name), "sturges")
        if rule == 1:
            continue
        coarse[name] = column if is_categorical(column) or rule == 0 else _binned(column, rule)
    return pd.DataFrame(coarse, index=covariates.index)


def _binned(column: pd.Series, rule: Rule) -> pd.Series:
    values = column.to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    inner = cut_points(values[known], rule)
    binned = np.full(values.size, np.nan)
    binned[known] = np.searchsorted(inner, values[known], side="right")
    return pd.Series(binned, index=column.index)


def cut_points(values: np.ndarray, rule: Rule) -> np.ndarray:
    """Inner cut points; a value equal to one belongs to the bin above it."""
    if isinstance(rule, str):
        if rule.startswith("q") and rule[1:].isdigit():
            parts = int(rule[1:])
            return np.unique(np.quantile(values, np.arange(1, parts) / parts))
        counts = {"sturges": _sturges, "fd": _freedman_diaconis, "scott": _scott}
        if rule not in counts:
            raise ValueError(f"matching: bins {rule!r} is not one of sturges, fd, scott, q<k>")
        rule = counts[rule](values)
    if isinstance(rule, (int, np.integer)):
        low, high = values.min(), values.max()
        # As R's seq(): low plus whole multiples of the step.
        return np.asarray(low + np.arange(1, rule) * ((high - low) / rule))
    return np.unique(np.asarray(rule, dtype=np.float64))


def _sturges(values: np.ndarray) -> int:
    return int(np.ceil(np.log2(values.size) + 1))


def _scott(values: np.ndarray) -> int:
    width = 3.5 * np.std(values, ddof=1) * values.size ** (-1 / 3)
    return max(1, int(np.ceil(np.ptp(values) / width))) if width > 0 else 1


def _freedman_diaconis(values: np.ndarray) -> int:
    rounded = _signif(values, 5)
    width = 2.0 * float(np.subtract(*np.quantile(rounded, [0.75, 0.25])))
    tail = 0.25
    # Over half of the values equal: look at ever wider quantile ranges before giving up on robustness.
    while width == 0 and (tail := tail / 2) >= 1 / 512:
        width = float(np.subtract(*np.quantile(rounded, [1 - tail, tail]))) / (1 - 2 * tail)
    if width == 0:
        width = 3.5 * float(np.std(values, ddof=1))
    return max(1, int(np.ceil(np.ptp(values) / width * values.size ** (1 / 3)))) if width > 0 else 1


def _signif(values: np.ndarray, digits: int) -> np.ndarray:
    return np.array([float(f"{value:.{digits - 1}e}") for value in values])
