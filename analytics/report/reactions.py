"""Serious adverse drug reactions in sentences, with the limits that a count excludes.

Does not belong here: the tables of the safety section (`sections.safety`).
"""

import pandas as pd

from analytics.report.material import Material
from analytics.report.numbers import missing, missing_or_zero, percent


def safety(material: Material) -> str:
    """Serious adverse drug reactions within the window, with the limit that the count excludes."""
    row = reactions(material)
    if row is None:
        return ""
    window, count = material.protocol.safety.window_days, material.disclosure.count
    what = f"Serious adverse drug reactions within {window} days of the first administration"
    if missing(row["n_subject"]):
        serious = reactions(material, "serious")
        known = "" if serious is None or missing(serious["n_subject"]) else (
            f" Serious adverse events, whatever their cause: {count(serious['n_subject'])} of {count(serious['n_total'])} "
            f"{material.arms[0]} patients."
        )  # fmt: skip
        return f"{what} cannot be told: {row['note']}.{known}"
    text = f"{what}: {count(row['n_subject'])} of {count(row['n_total'])} {material.arms[0]} patients"
    if not missing(row["pct_ci_upper"]):
        share = percent(float(row["pct_ci_upper"]) / 100)
        rare = "that none was seen does not mean that there is none: " if row["n_subject"] == 0 else ""
        text += f" ({rare}the upper 95 % limit is {share})"
    return f"{text}{unassessed(material)}. {completed_window(material, row)}".strip()


def reactions(material: Material, category: str = "sadr_window") -> pd.Series | None:
    """A row of the overview, of the treated arm; None where there is none."""
    rows = material.table("ae_overview", category=category)
    rows = rows[rows["arm"] == material.arms[0]] if len(rows) else rows
    return None if rows.empty else rows.iloc[0]


def no_deaths(material: Material) -> str:
    """What is to be said where no death stands among those of the safety tables."""
    row = reactions(material, "death")
    if row is None:
        return "the safety tables do not know who died: nothing they read says so"
    if missing(row["n_subject"]):
        return str(row["note"])
    return "no death is recorded among the treated"


def unassessed(material: Material) -> str:
    """How many of the reactions count for want of a recorded causality, in words; nothing where none does."""
    row = reactions(material, "sadr_window_causality_missing")
    if row is None or missing(row["n_subject"]) or row["n_subject"] == 0:
        return ""
    return f"; {material.disclosure.count(row['n_subject'])} of these count because no causality is recorded"


def completed_window(material: Material, row: pd.Series) -> str:
    """How many were followed for the whole window, and the limit among them when nobody had a reaction."""
    completed = row.get("n_completed_window")
    if completed is None or missing_or_zero(completed):
        return ""
    text = f"{material.disclosure.count(completed)} were followed for the whole window"
    if row["n_subject"] != 0 or material.disclosure.small(completed):
        return text + "."
    limit = 1 - 0.025 ** (1 / float(completed))
    return f"{text}; among them none means an upper limit of {percent(limit)}."
