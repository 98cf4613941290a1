"""Adverse events by system organ class and preferred term, by subjects and by events.

Here: the tables by term and by maximum severity. Not here: rates and differences.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import noted
from analytics.safety.counting import Cells, Terms, count_terms, term_order
from analytics.safety.events import Events
from analytics.safety.intervals import clopper_pearson
from analytics.safety.population import EMPTY_ARM, Population
from analytics.safety.settings import SafetySettings
from analytics.safety.severity import SEVERITIES
from analytics.safety.subsets import Subset

BY_TERM_SUBSETS = (
    "emergent", "any", "related", "causality_missing", "serious", "serious_related", "serious_causality_missing",
    "sadr_window", "sadr_overall", "unexpected", "serious_unexpected_related", "discontinuation", "fatal",
)  # fmt: skip


def by_term_table(
    events: Events, population: Population, subsets: dict[str, Subset], settings: SafetySettings
) -> pd.DataFrame:
    """Every subset by class and term.

    Returns:
        Rows (subset, arm, level, soc, pt): n_subject, n_total, pct with its Clopper–Pearson interval,
        n_event, soc_order, pt_order, note. A subject counts once in a row. The subset 'emergent' is the main
        table; 'common' keeps its terms with at least `min_pct` percent of the subjects of any arm.
    """
    frame = events.counted
    parts = []
    for name in BY_TERM_SUBSETS:
        subset = subsets[name]
        part = _subset_table(frame, subset, population, settings)
        parts.append(part)
        if name == "emergent":
            parts.append(_common(part, settings))
    return pd.concat(parts, ignore_index=True)


def _subset_table(
    frame: pd.DataFrame, subset: Subset, population: Population, settings: SafetySettings
) -> pd.DataFrame:
    chosen = frame.iloc[:0] if subset.mask is None else frame[subset.mask]
    terms, cells = count_terms(chosen, population.n_arm)
    table = long_table(terms, cells, population, settings)
    table.insert(0, "subset", subset.name)
    if subset.mask is None:
        table = blank_counts(table, subset.note)
    return table


def long_table(terms: Terms, cells: Cells, population: Population, settings: SafetySettings) -> pd.DataFrame:
    """Counts of shape (n_arm, rows) as one row per arm and term, in the order of the guide."""
    rows = pd.concat([terms.frame, term_order(terms, cells, settings.order)], axis=1)
    n_arm, n_row = cells.n_subject.shape
    table = rows.loc[np.tile(np.arange(n_row), n_arm)].reset_index(drop=True)
    table.insert(0, "arm", np.repeat(np.array(population.arms, dtype=object), n_row))
    table["arm_order"] = np.repeat(np.arange(n_arm), n_row)
    table["n_subject"], table["n_event"] = cells.n_subject.ravel(), cells.n_event.ravel()
    table["n_total"] = np.repeat(population.totals(), n_row)
    add_percent(table, settings)
    return table.sort_values(["soc_order", "pt_order", "arm_order"], kind="stable", ignore_index=True)


def add_percent(table: pd.DataFrame, settings: SafetySettings) -> None:
    """Add pct, its exact interval and the note of an empty arm, in place."""
    n, total = table["n_subject"].to_numpy(), table["n_total"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        table["pct"] = np.where(total > 0, 100.0 * n / total, np.nan)
    lower, upper = clopper_pearson(n, total, settings.level)
    table["pct_ci_lower"], table["pct_ci_upper"] = 100 * lower, 100 * upper
    table["note"] = noted(total <= 0, EMPTY_ARM)


def blank_counts(table: pd.DataFrame, note: str | None) -> pd.DataFrame:
    """The same rows without numbers, and why."""
    table = table.copy()
    for column in ("n_subject", "n_event", "pct", "pct_ci_lower", "pct_ci_upper"):
        table[column] = np.nan
    table["note"] = note
    return table


def _common(emergent: pd.DataFrame, settings: SafetySettings) -> pd.DataFrame:
    """Terms that reach `min_pct` in any arm, with the overall row."""
    highest = emergent.groupby(["soc_order", "pt_order"])["pct"].transform("max")
    keep = (emergent["level"] == "overall") | ((emergent["level"] == "pt") & (highest >= settings.min_pct))
    return emergent[keep].assign(subset="common")


def by_severity_table(events: Events, population: Population, settings: SafetySettings) -> pd.DataFrame:
    """Emergent events by class, term and severity.

    Returns:
        Rows (arm, level, soc, pt, severity): n_subject counts a subject once, at the highest severity within
        the row (a missing one only where nothing is known); n_event counts events at that severity. Over
        severities both add up to the row of the main table.
    """
    frame = events.counted[events.counted["emergent"]]
    terms, cells = count_terms(frame, population.n_arm)
    highest, at_severity = _severity_counts(frame, terms, population.n_arm)
    graded = bool((frame["severity"] > 3).any())
    parts = []
    for rank in (1, 2, 3, *((4, 5) if graded else ()), 0):
        part = long_table(terms, Cells(highest[rank], at_severity[rank]), population, settings)
        places = long_table(terms, cells, population, settings)[
            ["soc_order", "pt_order", "soc", "pt", "arm", "level"]
        ]
        part = places.merge(
            part.drop(columns=["soc_order", "pt_order"]), on=["arm", "level", "soc", "pt"], how="left"
        )
        part.insert(4, "severity", SEVERITIES[rank])
        part["severity_order"] = rank
        parts.append(
            blank_counts(part, events.unavailable["severity"]) if "severity" in events.unavailable else part
        )
    table = pd.concat(parts, ignore_index=True)
    table["severity_order"] = table["severity_order"].replace(0, 9)
    return table.sort_values(
        ["soc_order", "pt_order", "arm_order", "severity_order"], kind="stable", ignore_index=True
    )


def _severity_counts(frame: pd.DataFrame, terms: Terms, n_arm: int) -> tuple[np.ndarray, np.ndarray]:
    """Subjects at their highest severity and events at each, shape (6, n_arm, rows)."""
    n_severity = len(SEVERITIES)
    subject, arm, severity = (frame[c].to_numpy() for c in ("subject", "arm_code", "severity"))
    highest, events = [], []
    for level in ("overall", "soc", "pt"):
        cell, n_cell = terms.codes[level], terms.size(level)
        order = np.lexsort((-severity, cell, subject))
        key = subject[order].astype(np.int64) * max(n_cell, 1) + cell[order]
        first = order[np.flatnonzero(np.diff(key, prepend=-1))]
        position = (severity * n_arm + arm) * n_cell + cell
        size = n_severity * n_arm * n_cell
        highest.append(np.bincount(position[first], minlength=size).reshape(n_severity, n_arm, n_cell))
        events.append(np.bincount(position, minlength=size).reshape(n_severity, n_arm, n_cell))
    return np.concatenate(highest, axis=2), np.concatenate(events, axis=2)
