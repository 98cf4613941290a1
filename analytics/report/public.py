"""Result tables as the public edition has them: counts in bands, and whatever would tell a count made of the bands.

The exact numbers do not come as far as the page, so that no cell follows from its neighbours, from a percentage, a limit, a
rate or a curve, or from the report before. Estimates stay as they are: their decimals tell no count. Does not belong here:
what a band is and how it is shown (`disclosure`), and names that few subjects carry (`analytics.safety.rare_names`).
"""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from analytics.comparison.functional_effects import DECIDED
from analytics.report.disclosure import ROUNDING, SMD_STEP, Disclosure
from analytics.report.numbers import DAYS_PER_MONTH, PROBABILITIES, nearest
from analytics.safety.intervals import clopper_pearson, poisson_interval
from analytics.safety.rare_names import without_rare_names

COUNT = re.compile(r"n(_(?!imputation).*)?|effective_(treated|control)")
"""Columns that count people or their events."""
COUNTED = ("subjects", "injections", "cycles")
"""Units of values that are counts."""
YEARS, MONTH = 10.0, 30.0
"""Widths of bands of person-years, and of days of exposure."""
SCORE_STEP = 0.5
"""Of mean scores, points."""
REMARKS = ("note", "failing")
"""Columns of words in which counts may stand."""
LEFT_OUT = ("difference_pct", "p_fisher", "log_likelihood_ratio", "expected")
"""Made of counts of several cells, and read by nobody on the page."""


def shown_table(name: str, results: Mapping[str, pd.DataFrame], disclosure: Disclosure) -> pd.DataFrame:
    """A result table as an edition shows it: numbers, names and remarks; an empty frame where there is none.

    Args:
        name: of the table.
        results: exact tables by name; `ae_by_term` says which names few subjects carry.
        disclosure: the limit of the edition.
    """
    frame = public_table(name, results.get(name, pd.DataFrame()), disclosure)
    if disclosure.threshold is not None and not {"soc", "pt", "note"}.isdisjoint(frame):
        frame = by_name(without_rare_names(frame, results.get("ae_by_term"), disclosure.threshold))
    for column in REMARKS:
        if column in frame and frame[column].notna().any():
            told = {note: disclosure.remark(str(note)) for note in frame[column].dropna().unique()}
            frame = frame.assign(**{column: frame[column].map(told)})
    return frame


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
    years = nearest(table["person_years"].to_numpy(float), YEARS)
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
    """Counts in bands, their shares left out, times to the month: a median is somebody's own, as are the least and most."""
    value, unit = table["value"].to_numpy(float), table["unit"].astype(str)
    width = np.where(unit.str.startswith("person-years"), YEARS, np.where(unit == "days", MONTH, np.nan))
    is_count = unit.isin(COUNTED).to_numpy()
    value = np.where(
        is_count, disclosure.bands(value), np.where(np.isnan(width), value, nearest(value, width))
    )
    own = table["statistic"].str.contains(r"_(?:min|max|pct_ge_.*)$", regex=True).to_numpy()
    return table.assign(value=value)[~own]


def _balance(table: pd.DataFrame, _disclosure: Disclosure) -> pd.DataFrame:
    """Standardised differences in steps: of a covariate with two values a finer one is the number of those who have it."""
    return table.assign(
        **{
            column: _in_steps(table[column])
            for column in ("smd", "smd_worst", "largest_smd")
            if column in table
        }
    )


def _in_steps(smd: pd.Series) -> np.ndarray:
    exact = smd.astype(float).to_numpy()
    is_small = np.abs(exact) < SMD_STEP
    return np.where(is_small, np.sign(exact) * SMD_STEP / 2, nearest(exact, SMD_STEP))


def _sensitivity(table: pd.DataFrame, _disclosure: Disclosure) -> pd.DataFrame:
    """Of bounds on matched pairs no p value: a few of them give the numbers of pairs."""
    pairs = table["analysis"] == "rosenbaum"
    kept = table[~(pairs & (table["measure"] == "p_value_bound"))].copy()
    pairs = kept["analysis"] == "rosenbaum"
    kept["estimate"] = kept["estimate"].astype(float).mask(pairs, kept["estimate"].astype(float).round(1))
    kept["note"] = kept["note"].mask(pairs, None)
    return kept


def _overview(table: pd.DataFrame, _disclosure: Disclosure) -> pd.DataFrame:
    """A note on a count of zero says the exact denominator, by its limit too; the limit of the band stands beside it."""
    return table.assign(
        note=table["note"].mask(table["note"].astype("string").str.startswith("0 of ").fillna(False), None)
    )


def _of_few_events(table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """No estimate where an arm has fewer events than may be told: its interval would tell them."""
    events = [column for column in map(str, table) if column.startswith("n_event_")]
    few = np.logical_or.reduce([_small(table[column], disclosure) for column in events])
    made = table.assign(
        **{
            column: table[column].astype(float).mask(few)
            for column in ("estimate", "ci_lower", "ci_upper", "p_value", "standard_error")
            if column in table
        }
    )
    made["note"] = (
        made["note"].astype(object).mask(few, f"fewer than {disclosure.threshold} events in an arm: not told")
    )
    return made


def by_name(table: pd.DataFrame) -> pd.DataFrame:
    """Classes and terms in the order of their names: that of their exact numbers would tell them."""
    if not {"soc_order", "pt_order", "soc", "pt"} <= set(table):
        return table
    made = table.copy()
    for order, name in (("soc_order", "soc"), ("pt_order", "pt")):
        rank = (
            made[name]
            .astype(object)
            .where(made[name].notna(), "")
            .astype(str)
            .str.casefold()
            .rank(method="dense")
        )
        made[order] = np.where(made[name].notna(), rank, 0).astype(int)
    return made


def _curves(table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """Curves by month and on the days of the protocol, in steps of which each is made by as many as may be told."""
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
    months = np.arange(np.ceil(first / DAYS_PER_MONTH), last // DAYS_PER_MONTH + 1) * DAYS_PER_MONTH
    named = np.array([day for day in disclosure.days if first <= day <= last])
    grid = np.unique(np.concatenate([months, named]))
    before = np.searchsorted(days, grid, side="right") - 1
    after = np.minimum(np.searchsorted(days, grid - ROUNDING, side="left"), len(days) - 1)
    made = curve.iloc[np.maximum(before, 0)].reset_index(drop=True)
    step = disclosure.step(float(curve["n_risk"].max()))
    survival, lower, upper = (made[c].to_numpy(float) for c in ("survival", "ci_lower", "ci_upper"))
    lower, upper = disclosure.outward(lower, upper, step)
    rounded = {"survival": step * np.round(survival / step), "ci_lower": lower, "ci_upper": upper}
    # Whoever is censored would be known by the day.
    at_risk = curve["n_risk"].to_numpy(float)[after]
    return made.assign(
        time_days=grid, n_risk=at_risk, n_event=np.nan, n_competing=np.nan, n_censor=0.0, **rounded
    )


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
    """Differences of two curves and shares of pairs in the steps of the coarser arm, their limits outward; and no numbers
    from which, beside those shares, the number of subjects would follow."""
    table = _without_ranks(table)
    is_difference = table["measure"].isin([*PROBABILITIES, "win_probability"]).to_numpy()
    smaller = table[["n_treated", "n_control"]].astype(float).min(axis=1).to_numpy()
    step = np.array([disclosure.step(n) if d else 1.0 for n, d in zip(smaller, is_difference, strict=True)])
    estimate, lower, upper = (table[c].to_numpy(float) for c in ("estimate", "ci_lower", "ci_upper"))
    made = (step * np.round(estimate / step), *disclosure.outward(lower, upper, step))
    told = {
        name: np.where(is_difference, rounded, exact)
        for name, rounded, exact in zip(
            ("estimate", "ci_lower", "ci_upper"), made, (estimate, lower, upper), strict=True
        )
    }
    return table.assign(**told, note=_without_shares(table["note"]))


def _without_shares(notes: pd.Series) -> pd.Series:
    """Notes without the shares of pairs by what decides them: of few pairs they are the number of deaths."""
    parts = notes.map(lambda note: note.split("; ") if isinstance(note, str) else [])
    told = parts.map(lambda each: "; ".join(part for part in each if not part.startswith(DECIDED)) or None)
    return notes.astype(object).where(parts.map(len) == 0, told)


def _without_ranks(table: pd.DataFrame) -> pd.DataFrame:
    """A difference of mean ranks is the win probability above a half, times the number of subjects; odds tell it exactly."""
    told = table["measure"].isin(["win_odds", "joint_rank_difference"]) & table["estimate"].notna()
    made = {
        column: table[column].astype(float).mask(told)
        for column in ("estimate", "ci_lower", "ci_upper", "p_value", "standard_error")
        if column in table
    }
    note = table["note"].astype(object).mask(told, "the win probability beside it tells as much")
    return table.assign(**made, note=note)


def _course(table: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """Mean scores of enough subjects, in half points: a finer one would tell, from a release to the next, somebody's own."""
    enough = table[table["n_subject"] >= disclosure.curve_min_at_risk]
    lower, upper = (enough[column].to_numpy(float) for column in ("ci_lower", "ci_upper"))
    lower, upper = disclosure.outward(lower, upper, SCORE_STEP)
    mean = nearest(enough["mean"].to_numpy(float), SCORE_STEP)
    return enough.assign(mean=mean, ci_lower=lower, ci_upper=upper)


SPECIAL: Mapping[str, Callable[[pd.DataFrame, Disclosure], pd.DataFrame]] = {
    "exposure_summary": _exposure,
    "survival_curve": _curves,
    "survival_summary": _summary,
    "effect_estimate": _effects,
    "function_course": _course,
    "covariate_balance": _balance,
    "balance_gate": _balance,
    "sensitivity": _sensitivity,
    "ae_overview": _overview,
    "subgroup_effect": _of_few_events,
    "dose_response": _of_few_events,
}
"""Tables in which more than counts tells of a few."""
