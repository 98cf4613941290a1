"""Disproportionality of reporting against an external table; never within one product's cohort.

Here: PRR, ROR and the information component of 2 × 2 tables that the user delivers. Not here: making such a
    table.
"""

import numpy as np
import pandas as pd
from scipy import special

from analytics.safety.columns import noted
from analytics.safety.terms import term_key

REFUSED = "refused: not valid within one product's cohort; deliver an external 2 × 2 table"


def disproportionality_table(reports: pd.DataFrame | None, level: float = 0.95) -> pd.DataFrame:
    """Measures of disproportionate reporting.

    Args:
        reports: external reports, one row per event: event, a (product and event), b (product, other events),
            c (other products, event), d (other products, other events); None for a refusal.
        level: confidence level.

    Returns:
        Rows (event, measure): estimate, ci_lower, ci_upper, note; measures PRR (Evans 2001), ROR (Rothman
        2004) with log-normal intervals, IC (Norén 2013, gamma interval, shrinkage 1/2).

    Raises:
        ValueError: a column is absent, a count negative, or an event there twice, in whichever spelling.
    """
    if reports is None:
        return _frame(np.array([None], dtype=object), "PRR", [np.array([np.nan])] * 3, REFUSED)
    counts = _counts(reports)
    a, b, c, d = counts
    event = reports["event"].to_numpy(dtype=object)
    z = special.ndtri((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        prr, ror = (a / (a + b)) / (c / (c + d)), (a * d) / (b * c)
        se_prr = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
        se_ror = np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        limits = {
            "PRR": [prr, prr * np.exp(-z * se_prr), prr * np.exp(z * se_prr)],
            "ROR": [ror, ror * np.exp(-z * se_ror), ror * np.exp(z * se_ror)],
        }
    parts = [_frame(event, name, values, "a cell is 0: no estimate") for name, values in limits.items()]
    expected = (a + b) * (a + c) / (a + b + c + d)
    tail = (1 - level) / 2
    gamma = [special.gammaincinv(a + 0.5, p) for p in (tail, 1 - tail)]
    component = [np.log2(v / (expected + 0.5)) for v in ((a + 0.5), *gamma)]
    parts.append(_frame(event, "IC", component, None))
    return pd.concat(parts, ignore_index=True)


def _counts(reports: pd.DataFrame) -> np.ndarray:
    absent = {"event", "a", "b", "c", "d"} - set(reports.columns)
    if absent:
        raise ValueError(
            f"external reports: columns {', '.join(sorted(absent))} are absent; give event, a, b, c, d"
        )
    repeated = reports["event"].astype(str).map(term_key).duplicated(keep=False)
    if repeated.any():
        raise ValueError(
            f"external reports: {int(repeated.sum())} rows hold an event of another row in the same or another spelling; "
            "give one 2 × 2 table an event"
        )
    counts = reports[["a", "b", "c", "d"]].to_numpy(dtype=np.float64).T
    if (counts < 0).any() or np.isnan(counts).any():
        raise ValueError("external reports: a count is negative or missing; give whole numbers of at least 0")
    return counts


def _frame(event: np.ndarray, measure: str, values: list[np.ndarray], note: str | None) -> pd.DataFrame:
    usable = np.isfinite(np.stack(values)).all(axis=0)
    columns = {
        name: np.where(usable, value, np.nan)
        for name, value in zip(("estimate", "ci_lower", "ci_upper"), values, strict=True)
    }
    return pd.DataFrame({"event": event, "measure": measure, **columns, "note": noted(~usable, note)})
