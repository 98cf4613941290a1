"""Exposure-adjusted incidence rates with exact Poisson intervals.

Here: rates of first occurrence and of all events per 100 person-years. Not here: comparison of rates between
    arms. Numerator and denominator are of one time: an event outside its subject's time at risk, or of a subject
    whose time at risk is not known, is in neither, and said.
"""

import numpy as np
import pandas as pd

from analytics.safety.counting import (
    LEVELS,
    Cells,
    Terms,
    cells_of,
    count_cells,
    first_rows,
    term_order,
    terms_of,
)
from analytics.safety.events import Events
from analytics.safety.intervals import poisson_interval
from analytics.safety.population import EMPTY_ARM, Population
from analytics.safety.settings import DAYS_PER_YEAR, SafetySettings
from analytics.safety.subsets import Subset

FIRST, ALL = "first_occurrence", "all_events"

RATE_SUBSETS = ("emergent", "related", "serious", "serious_related", "sadr_window", "sadr_overall", "fatal")


def rate_table(
    events: Events, population: Population, subsets: dict[str, Subset], settings: SafetySettings
) -> pd.DataFrame:
    """Rates by subset, class and term.

    First occurrence: subjects with the event over the time at risk up to and including its first day. All
    events: events over the whole time at risk. An event without a start day leaves its subject's whole time
    at risk. The window subset ends time at risk with the window. Interval: exact Poisson, chi-square form
    (Garwood 1936).

    Returns:
        Rows (subset, arm, level, soc, pt, kind): n_event, person_years, rate_per_100py, ci_lower, ci_upper,
        year_days, and a note: why there is no rate, or which events and subjects are left out of it.
    """
    frame = events.counted
    parts = []
    for name in RATE_SUBSETS:
        subset = subsets[name]
        chosen = frame.iloc[:0] if subset.mask is None else frame[subset.mask]
        cap = settings.window_days + 1.0 if name == "sadr_window" else np.inf
        part = rates_of(chosen, population, settings, cap)
        part.insert(0, "subset", name)
        if subset.mask is None:
            part[["n_event", "rate_per_100py", "ci_lower", "ci_upper"]] = np.nan
            part["note"] = subset.note
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def rates_of(
    chosen: pd.DataFrame, population: Population, settings: SafetySettings, cap: float = np.inf
) -> pd.DataFrame:
    """Rates of the events given, by class and term, over a time at risk of at most `cap` days."""
    terms, inside = terms_of(chosen), chosen["at_risk"].to_numpy(dtype=bool)
    # Not fmin, by which an unknown time would be the longest there is.
    at_risk = np.minimum(population.subjects["at_risk_days"].to_numpy(), cap)
    members = population.members().index.to_numpy()
    total = np.bincount(
        population.subjects["arm_code"].to_numpy()[members], np.nan_to_num(at_risk[members]), population.n_arm
    )
    n_first, n_all, days = _first_occurrence(
        chosen[inside], terms.of(inside), at_risk, total, population.n_arm
    )
    outside = cells_of(chosen[~inside], terms.of(~inside), population.n_arm).n_event
    order = term_order(terms, Cells(n_first, n_all), settings.order)
    whole = np.repeat(total[:, None], days.shape[1], axis=1)
    first = _long(terms, order, n_first, days, outside, population=population, kind=FIRST)
    every = _long(terms, order, n_all, whole, outside, population=population, kind=ALL)
    table = pd.concat([first, every], ignore_index=True)
    _add_rate(table, population, settings)
    keys = ["soc_order", "pt_order", "arm_order", "kind"]
    table = table.sort_values(keys, ascending=[True, True, True, False], kind="stable", ignore_index=True)
    return table.drop(columns="outside")


def _first_occurrence(
    chosen: pd.DataFrame, terms: Terms, at_risk: np.ndarray, total: np.ndarray, n_arm: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Subjects, events and days at risk up to the first event, each of shape (n_arm, rows)."""
    # The earliest event of a subject comes first; an undated one last.
    chosen_order = np.lexsort((chosen["start_day"].to_numpy(), chosen["subject"].to_numpy()))
    arm, subject, start = (chosen[c].to_numpy()[chosen_order] for c in ("arm_code", "subject", "start_day"))
    whole = at_risk[subject]
    until = np.where(np.isnan(start), whole, np.minimum(np.maximum(start, 0) + 1, whole))
    n_first, n_all, days = [], [], []
    for level in LEVELS:
        n_cell = terms.size(level)
        cell = terms.codes[level][chosen_order]
        cells = count_cells(arm, subject, cell, n_arm, n_cell)
        first = first_rows(subject, cell, n_cell)
        lost = np.bincount((arm * n_cell + cell)[first], (whole - until)[first], n_arm * n_cell)
        n_first.append(cells.n_subject)
        n_all.append(cells.n_event)
        days.append(total[:, None] - lost.reshape(n_arm, n_cell))
    return np.hstack(n_first), np.hstack(n_all), np.hstack(days)


def _long(
    terms: Terms,
    order: pd.DataFrame,
    n_event: np.ndarray,
    days: np.ndarray,
    outside: np.ndarray,
    *,
    population: Population,
    kind: str,
) -> pd.DataFrame:
    n_arm, n_row = n_event.shape
    rows = pd.concat([terms.frame, order], axis=1)
    table = rows.loc[np.tile(np.arange(n_row), n_arm)].reset_index(drop=True)
    table.insert(0, "arm", np.repeat(np.array(population.arms, dtype=object), n_row))
    table["arm_order"], table["kind"] = np.repeat(np.arange(n_arm), n_row), kind
    table["n_event"], table["person_years"] = n_event.ravel(), days.ravel() / DAYS_PER_YEAR
    table["outside"] = outside.ravel()
    return table


def _add_rate(table: pd.DataFrame, population: Population, settings: SafetySettings) -> None:
    lower, upper = poisson_interval(table["n_event"].to_numpy(), settings.level)
    years = table["person_years"].where(table["person_years"] > 0)
    table["rate_per_100py"] = 100 * table["n_event"] / years
    table["ci_lower"], table["ci_upper"] = 100 * lower / years, 100 * upper / years
    table["year_days"] = DAYS_PER_YEAR
    arm, outside = table["arm_order"].to_numpy(), table["outside"].to_numpy()
    n_total, n_unknown = population.totals()[arm], population.without_time()[arm]
    notes = [
        _note(*counts, reason=population.person_time_note)
        for counts in zip(n_total, n_unknown, outside, strict=True)
    ]
    table["note"] = np.array([*notes, None], dtype=object)[:-1]


def _note(n_total: int, n_unknown: int, n_outside: int, *, reason: str) -> str | None:
    """Why there is no rate, or what is left out of it."""
    if not n_total:
        return EMPTY_ARM
    if n_unknown == n_total:
        return f"no subject's time at risk is known ({reason})"
    said = []
    if n_unknown:
        said.append(f"left out: {_counted(n_unknown, 'subject')} of unknown time at risk")
    if n_outside:
        said.append(f"left out: {_counted(n_outside, 'event')} outside the time at risk")
    return "; ".join(said) or None


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
