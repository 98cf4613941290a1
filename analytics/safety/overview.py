"""The overview of adverse events: one row per arm and category, a category of zero included.

Here: the table and its zero findings. Not here: terms and rates.
"""

import numpy as np
import pandas as pd

from analytics.safety.by_term import add_percent, blank_counts
from analytics.safety.counting import count_cells
from analytics.safety.events import Events
from analytics.safety.population import Population
from analytics.safety.settings import SafetySettings
from analytics.safety.severity import SEVERITIES
from analytics.safety.subsets import Subset
from analytics.safety.terms import unmatched
from analytics.safety.zero import completed_window, zero_note

WORST = "each subject once, at the highest severity; events stand in the rows of their own severity"


def overview_table(
    events: Events, population: Population, subsets: dict[str, Subset], settings: SafetySettings
) -> pd.DataFrame:
    """Subjects and events per arm and category.

    Returns:
        Rows (arm, category): label, n_subject, n_total, pct with its Clopper–Pearson interval, n_event,
        n_completed_window (subjects observed through the window of the protocol), note. Rows of maximum severity
        count subjects at their highest emergent severity, and no events: these stand in the rows of any severity,
        each at its own. 'death' counts every death of ADSL, whatever its cause.
    """
    frame = events.counted
    parts = [_category(frame, subset, population, settings) for subset in subsets.values()]
    parts += _severity_rows(frame, events, population, settings)
    parts.append(_deaths(population, settings))
    table = pd.concat(parts, ignore_index=True)
    table["category_order"] = pd.factorize(table["category"])[0]
    completed = dict(zip(population.arms, completed_window(population, settings.window_days), strict=True))
    table["n_completed_window"] = table["arm"].map(completed)
    return zero_note(table, settings)


def _rows(
    category: str,
    label: str,
    n_subject: np.ndarray,
    n_event: np.ndarray,
    *,
    population: Population,
    settings: SafetySettings,
) -> pd.DataFrame:
    table = pd.DataFrame({"arm": np.array(population.arms, dtype=object)})
    table["arm_order"] = np.arange(population.n_arm)
    table["category"], table["label"] = category, label
    table["n_subject"], table["n_event"], table["n_total"] = n_subject, n_event, population.totals()
    add_percent(table, settings)
    return table


def _category(
    frame: pd.DataFrame, subset: Subset, population: Population, settings: SafetySettings
) -> pd.DataFrame:
    chosen = frame.iloc[:0] if subset.mask is None else frame[subset.mask]
    arm, subject = chosen["arm_code"].to_numpy(), chosen["subject"].to_numpy()
    cells = count_cells(arm, subject, np.zeros(len(chosen), dtype=np.int64), population.n_arm, 1)
    table = _rows(
        subset.name,
        subset.label,
        cells.n_subject[:, 0],
        cells.n_event[:, 0],
        population=population,
        settings=settings,
    )
    if subset.mask is None:
        return blank_counts(table, subset.note)
    undated = int(chosen["start_day"].isna().sum())
    if subset.name == "sadr_window" and undated:
        _note(table, f"{undated} events without a start date counted")
    if subset.name == "unexpected":
        _note(table, _unlisted(frame, settings))
    return table


def _unlisted(frame: pd.DataFrame, settings: SafetySettings) -> str | None:
    """Why everything is unexpected, where it is: no list, or one that none of the terms is on."""
    if not settings.expected_terms:
        return "no listed terms were given: every term counts as not listed"
    return unmatched(settings.expected_terms, frame["pt"].unique())


def _note(table: pd.DataFrame, note: str | None) -> None:
    """Add a note to the rows that have none, in place."""
    if note is not None:
        table["note"] = table["note"].where(table["note"].notna(), note)


def _severity_rows(
    frame: pd.DataFrame, events: Events, population: Population, settings: SafetySettings
) -> list[pd.DataFrame]:
    """Subjects at their highest severity; a missing one only where nothing is known."""
    emergent = frame[frame["emergent"]]
    highest = emergent.groupby("subject", sort=True).agg(
        arm=("arm_code", "first"), severity=("severity", "max")
    )
    ranks = (1, 2, 3, *((4, 5) if (frame["severity"] > 3).any() else ()), 0)
    made = []
    for rank in ranks:
        n_subject = np.bincount(highest["arm"][highest["severity"] == rank], minlength=population.n_arm)
        name = SEVERITIES[rank].lower()
        row = _rows(
            f"severity_{name.replace(' ', '_')}",
            f"emergent, maximum severity {name}",
            n_subject,
            np.full(population.n_arm, np.nan),
            population=population,
            settings=settings,
        )
        _note(row, WORST)
        made.append(
            blank_counts(row, events.unavailable["severity"]) if "severity" in events.unavailable else row
        )
    return made


def _deaths(population: Population, settings: SafetySettings) -> pd.DataFrame:
    members = population.members()
    died = np.bincount(members["arm_code"][members["died"]], minlength=population.n_arm)
    table = _rows(
        "death", "death whatever the cause (ADSL)", died, died, population=population, settings=settings
    )
    if population.deaths_note:
        return blank_counts(table, population.deaths_note)
    undated = int((members["died"] & members["death_day"].isna()).sum())
    if undated:
        _note(table, f"{undated} deaths without a date counted")
    return table
