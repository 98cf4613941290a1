"""What a disagreement on a count of safety takes back: the rows that rest on it, and no more.

Belongs here: which rows those are. Does not belong here: the recount (`recount`), and what rests on survival (`withheld`).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from analytics.second_opinion.quantities import (
    ADMINISTRATIONS,
    EVENTS,
    PERSON_YEARS,
    SAFETY_POPULATION,
    SUBJECTS,
)
from analytics.second_opinion.safety_events import folded
from analytics.second_opinion.withheld import nulled

PERCENT = ("pct", "pct_ci_lower", "pct_ci_upper")
INTERVAL = ("ci_lower", "ci_upper")
RATE = ("person_years", "rate_per_100py", *INTERVAL)
LOOK = ("n_event", "person_years", "expected", "log_likelihood_ratio", "signal")
NUMBERS: Mapping[str, tuple[str, ...]] = {
    "exposure_summary": ("value",),
    "ae_overview": ("n_subject", "n_event", "n_total", "n_completed_window", *PERCENT),
    "ae_by_term": ("n_subject", "n_event", "n_total", *PERCENT),
    "ae_by_severity": ("n_subject", "n_event", "n_total", *PERCENT),
    "ae_rate": ("n_event", *RATE),
    "ae_risk_difference": (
        "n_subject", "n_total", "n_subject_reference", "n_total_reference", "difference_pct", "p_fisher", *INTERVAL,
    ),
    "ae_timing": ("n_subject", "n_total", "n_event", "pct", *RATE),
    "ae_aesi": ("n_subject", "n_event", "n_total", "n_first_occurrence", "expected", *PERCENT, *RATE),
    "ae_monitoring_look": LOOK,
}  # fmt: skip
"""Numbers of each table that rests on a recount."""
OVER_TIME = {
    "ae_rate": NUMBERS["ae_rate"],
    "ae_timing": RATE,
    "ae_aesi": ("expected", *RATE),
    "ae_monitoring_look": LOOK,
}
"""What of them rests on time at risk."""
EMERGENT = "emergent"


class _Taken(NamedTuple):
    """Rows of a table that a dispute takes back, and which of their numbers."""

    table: str
    rows: "pd.Series[bool]"
    numbers: tuple[str, ...]


def safety(
    tables: Mapping[str, pd.DataFrame], opinions: pd.DataFrame | None, looked: int = 0
) -> dict[str, pd.DataFrame]:
    """The tables of safety without the rows whose counts are in dispute, each null with both numbers.

    Args:
        tables: of the stage, by name.
        opinions: `second_opinion`, or None where none was asked for.
        looked: rows of `ae_monitoring_look` that earlier releases made; they are never rewritten.
    """
    made = dict(tables)
    if opinions is None:
        return made
    for _, dispute in opinions[opinions["agrees"] == "N"].iterrows():
        for taken in _rests_on(dispute, made, looked):
            reasons = [str(dispute["note"]) if row else None for row in taken.rows]
            made[taken.table] = nulled(made[taken.table], reasons, list(taken.numbers))
    return made


def _rests_on(dispute: "pd.Series", tables: Mapping[str, pd.DataFrame], looked: int) -> Iterator[_Taken]:
    quantity, arm = dispute["quantity"], dispute["arm"]
    if quantity in (SUBJECTS.name, EVENTS.name):
        yield from _of_events(dispute, tables)
        return
    exposure = tables["exposure_summary"]
    mine, statistic = exposure["arm"] == arm, exposure["statistic"]
    if quantity == ADMINISTRATIONS.name:
        yield _Taken(
            "exposure_summary", mine & statistic.str.startswith("injections_"), NUMBERS["exposure_summary"]
        )
    elif quantity in (PERSON_YEARS.name, SAFETY_POPULATION.name):
        whole = quantity == SAFETY_POPULATION.name
        timed = statistic.str.startswith("time_at_risk_")
        yield _Taken("exposure_summary", mine & (timed | whole), NUMBERS["exposure_summary"])
        for name, numbers in (NUMBERS if whole else OVER_TIME).items():
            if name != "exposure_summary":
                rows = _of_arm(tables[name], arm)
                if name == "ae_monitoring_look":
                    rows &= range(len(rows)) >= pd.Series(looked, rows.index)
                yield _Taken(name, rows, numbers)


def _of_events(dispute: "pd.Series", tables: Mapping[str, pd.DataFrame]) -> Iterator[_Taken]:
    """Rows of one arm, subset, class and term."""
    arm, subset, table = dispute["arm"], dispute["subset"], dispute["table_name"]
    differences = tables["ae_risk_difference"]
    of_category = (differences["level"] == "category") == (table == "ae_overview")
    yield _Taken(
        "ae_risk_difference",
        _of_arm(differences, arm)
        & of_category
        & (differences["category"] == subset)
        & _of_term(differences, dispute),
        NUMBERS["ae_risk_difference"],
    )
    if table == "ae_overview":
        overview = tables[table]
        yield _Taken(table, (overview["arm"] == arm) & (overview["category"] == subset), NUMBERS[table])
        return
    same = [subset, "common"] if subset == EMERGENT else [subset]
    for name in ("ae_by_term", "ae_rate"):
        rows = (
            (tables[name]["arm"] == arm) & tables[name]["subset"].isin(same) & _of_term(tables[name], dispute)
        )
        yield _Taken(name, rows, NUMBERS[name])
    if subset == EMERGENT:
        graded = tables["ae_by_severity"]
        yield _Taken(
            "ae_by_severity", (graded["arm"] == arm) & _of_term(graded, dispute), NUMBERS["ae_by_severity"]
        )


def _of_arm(table: pd.DataFrame, arm: str) -> "pd.Series[bool]":
    """Rows that speak of an arm, as the one that others are compared with too."""
    mine = table["arm"] == arm
    return mine | (table["reference_arm"] == arm) if "reference_arm" in table else mine


def _of_term(table: pd.DataFrame, dispute: "pd.Series") -> "pd.Series[bool]":
    """Rows of its class and term; one that only the recount found has no spelling of a table."""
    same = pd.Series(True, table.index)
    for name in ("soc", "pt"):
        mine = folded(table[name]) == folded(pd.Series([dispute[name]])).iloc[0]
        same &= table[name].isna() if pd.isna(dispute[name]) else mine
    return same
