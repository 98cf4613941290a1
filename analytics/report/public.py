"""Result tables as the public edition has them: counts in bands, and whatever would tell a count made of the bands.

The exact numbers do not come as far as the page, so that no cell follows from its neighbours, from a percentage, a limit, a
rate or a curve, or from the report before. Estimates stay as they are: their decimals tell no count. Does not belong here:
what a band is and how it is shown (`disclosure`), and names that few subjects carry (`analytics.safety.rare_names`).
"""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from analytics.report.disclosure import Disclosure
from analytics.report.numbers import DAYS_PER_MONTH
from analytics.safety.intervals import clopper_pearson, poisson_interval

COUNT = re.compile(r"n(_(?!imputation).*)?|effective_(treated|control)")
"""Columns that count people or their events."""
YEARS = 10.0
"""Width of a band of person-years."""
LEFT_OUT = ("difference_pct", "p_fisher", "log_likelihood_ratio", "expected")
"""Made of counts of several cells, and read by nobody on the page."""


def public_table(name: str, table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """A result table as the public edition has it; as it is, where every count may be shown.

    Args:
        name: of the table.
        table: exact.
        disclosure: the limit.
    """
    if disclosure.threshold is None or table.empty:
        return table
    made = SPECIAL.get(name, lambda frame, _: frame.copy())(table, disclosure)
    for column in made:
        if COUNT.fullmatch(column) and pd.api.types.is_numeric_dtype(made[column]):
            made[column] = disclosure.bands(made[column])
    made = _rates(_shares(made, disclosure), disclosure)
    return made.assign(**{column: None for column in LEFT_OUT if column in made})


def _shares(table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """Percentages and exact limits of the bands; none of a small count."""
    if not {"pct", "n_subject", "n_total"} <= set(table):
        return table
    total = table["n_total"].to_numpy(float)
    part = np.minimum(table["n_subject"].to_numpy(float), total)
    told = ~_small(table["n_subject"], disclosure) & (total > 0)
    made = {"pct": _only(told, 100 * part / np.where(total > 0, total, np.nan))}
    if "pct_ci_lower" in table:
        lower, upper = clopper_pearson(np.where(told, part, 0), np.where(told, total, 0))
        made |= {"pct_ci_lower": _only(told, 100 * lower), "pct_ci_upper": _only(told, 100 * upper)}
    return table.assign(**made)


def _rates(table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """Rates and exact limits of bands of events and of person-years."""
    if not {"person_years", "rate_per_100py"} <= set(table):
        return table
    counted = "n_first_occurrence" if "n_first_occurrence" in table else "n_event"
    years = YEARS * np.floor(table["person_years"].to_numpy(float) / YEARS + 0.5)
    events = table[counted].to_numpy(float)
    told = ~_small(table[counted], disclosure) & (years > 0) & table["rate_per_100py"].notna().to_numpy()
    lower, upper = poisson_interval(np.where(told, events, 0))
    per = 100 / np.where(years > 0, years, np.nan)
    return table.assign(
        person_years=years,
        rate_per_100py=_only(told, events * per),
        ci_lower=_only(told, lower * per),
        ci_upper=_only(told, upper * per),
    )


def _small(counts: pd.Series, disclosure: Disclosure) -> np.ndarray:
    values = counts.to_numpy(float)
    return (values > 0) & (values < float(disclosure.threshold or 0))


def _only(told: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(told, values, np.nan)


def _exposure(table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """Counts of subjects in bands, their shares left out; the least and the most of anything are somebody's own."""
    is_count = (table["unit"] == "subjects").to_numpy()
    value = np.where(is_count, disclosure.bands(table["value"]), table["value"].to_numpy(float))
    own = table["statistic"].str.contains(r"_(?:min|max|pct_ge_.*)$", regex=True).to_numpy()
    return table.assign(value=value)[~own]


def _curves(table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """Curves by month, in steps of which each is made by as many as may be told."""
    keys = [key for key in ("specification", "endpoint", "arm") if key in table]
    parts = [
        _by_month(curve.sort_values("time_days", kind="stable"), disclosure)
        for _, curve in table.groupby(keys, sort=False)
    ]
    return pd.concat(parts, ignore_index=True)


def _by_month(curve: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    days = curve["time_days"].to_numpy(float)
    ends = days[curve["n_risk"].to_numpy(float) >= disclosure.curve_min_at_risk]
    first, last = (ends.min(), ends.max()) if len(ends) else (days.min(), days.min())
    grid = np.floor(np.arange(np.ceil(first / DAYS_PER_MONTH), last // DAYS_PER_MONTH + 1) * DAYS_PER_MONTH)
    before = np.searchsorted(days, grid, side="right") - 1
    after = np.minimum(np.searchsorted(days, grid - 1e-9, side="left"), len(days) - 1)
    made = curve.iloc[np.maximum(before, 0)].reset_index(drop=True)
    step = disclosure.step(float(curve["n_risk"].max()))
    rounded = {
        column: step * np.round(made[column].to_numpy(float) / step)
        for column in ("survival", "ci_lower", "ci_upper")
    }
    # Whoever is censored would be known by the day.
    at_risk = curve["n_risk"].to_numpy(float)[after]
    return made.assign(time_days=grid, n_risk=at_risk, n_event=np.nan, n_censor=0.0, **rounded)


def _summary(table: pd.DataFrame, _disclosure: Disclosure) -> pd.DataFrame:
    """A median is a day on which somebody had the event: to the month."""
    days = (
        "median_days",
        "median_ci_lower",
        "median_ci_upper",
        "follow_up_median_days",
        "last_follow_up_days",
    )
    return table.assign(
        **{
            column: DAYS_PER_MONTH * np.round(table[column].astype(float) / DAYS_PER_MONTH)
            for column in days
            if column in table
        }
    )


def _effects(table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """Differences of two curves in the steps of the coarser one."""
    is_difference = (table["measure"] == "survival_difference").to_numpy()
    smaller = table[["n_treated", "n_control"]].astype(float).min(axis=1).to_numpy()
    step = np.array([disclosure.step(n) if d else 1.0 for n, d in zip(smaller, is_difference, strict=True)])
    made = {}
    for column in ("estimate", "ci_lower", "ci_upper"):
        exact = table[column].to_numpy(float)
        made[column] = np.where(is_difference, step * np.round(exact / step), exact)
    return table.assign(**made)


SPECIAL: Mapping[str, Callable[[pd.DataFrame, Disclosure], pd.DataFrame]] = {
    "exposure_summary": _exposure,
    "survival_curve": _curves,
    "survival_summary": _summary,
    "effect_estimate": _effects,
}
"""Tables in which more than counts tells of a few."""
