"""Subgroup effects over imputations: one row per level from as many tables as there are completed data sets.

Here: which numbers are pooled and how. Not here: the estimates (`interaction`) and the rules (`analytics.imputation`).
"""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analytics.catalogue import TABLES
from analytics.imputation.rubin import pool_estimates, pool_wald

COUNTS = ["n_treated", "n_control", "n_event_treated", "n_event_control"]


def pooled_subgroup_effects(tables: list[pd.DataFrame], confidence: float = 0.95) -> pd.DataFrame:
    """Log hazard ratios by Rubin's rules, interaction tests by D2, counts as medians.

    Args:
        tables: one per imputation, as `subgroup_effects` returns them with the normal intervals of Cox models; levels may be
            absent from some.
        confidence: level of these intervals and of the pooled ones.

    Returns:
        One row per subgroup and level, in the order in which they first occur; a single table is returned as it is.
    """
    if len(tables) == 1:
        return tables[0]
    stacked = pd.concat(tables, ignore_index=True)
    rows = [
        _pooled(part, len(tables), confidence)
        for _, part in stacked.groupby(["subgroup", "level"], sort=False, dropna=False)
    ]
    return TABLES["subgroup_effect"].frame(rows)


def _pooled(part: pd.DataFrame, m: int, confidence: float) -> dict[str, object]:
    row: dict[str, object] = {str(name): value for name, value in part.iloc[0].items()}
    row |= {name: int(part[name].median()) for name in COUNTS}
    numbers = dict.fromkeys(("estimate", "ci_lower", "ci_upper", "p_value"), np.nan)
    given = part["estimate"].notna()
    notes = list(dict.fromkeys(part["note"].dropna()))
    if given.sum() >= 2:
        low, high = np.log(part["ci_lower"].to_numpy(float)), np.log(part["ci_upper"].to_numpy(float))
        error = (high - low) / (2.0 * ndtri(0.5 + confidence / 2))
        several = pool_estimates(np.log(part["estimate"].to_numpy(float)), error**2, level=confidence)
        ends = np.exp([several.estimate, several.ci_lower, several.ci_upper])
        numbers = dict(zip(numbers, [*map(float, ends), several.p_value], strict=True))
    if given.sum() < m:
        notes.append(f"an estimate in {given.sum()} of {m} imputations; two are needed to pool")
    return row | numbers | _interaction(part) | {"note": "; ".join(notes) or None}


def _interaction(part: pd.DataFrame) -> dict[str, object]:
    """Pooled over the imputations whose test has the usual degrees of freedom."""
    df = part["interaction_df"].dropna()
    if df.empty:
        return {"interaction_chi2": np.nan, "interaction_df": pd.NA, "interaction_p_value": np.nan}
    usual = int(df.mode().iloc[0])
    same = (part["interaction_df"] == usual).fillna(False).to_numpy(bool)
    test = pool_wald(part.loc[same, "interaction_chi2"].to_numpy(float), usual)
    return {
        "interaction_chi2": test.statistic,
        "interaction_df": usual,
        "interaction_p_value": test.p_value,
    }
