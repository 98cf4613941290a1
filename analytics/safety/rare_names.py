"""Names of terms and classes that few subjects carry: as delivered they may hold anything, so the public never sees them.

No list of terms is shipped that could tell a term from a name. Here: the names, in their columns and in notes. Not here: the
counts beside them (`suppression`).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.safety.terms import NEAREST, in_quotes, quoted

COLUMNS = ("soc", "pt")
ABOUT = {"soc": "Class", "pt": "Term"}


def without_rare_names(table: pd.DataFrame, counted: pd.DataFrame | None, threshold: int) -> pd.DataFrame:
    """A table, a name that fewer subjects carry replaced by what it is.

    Args:
        table: of any columns; `soc`, `pt` and `note` are looked at.
        counted: `ae_by_term` with exact counts, which has the subjects of every name; None or empty shows no name.
        threshold: least number of subjects, all arms together, whose term or class is named.

    Returns:
        A new table; a name is `Term of fewer than 5 subjects` where too few carry it, or nobody counted it.
    """
    return _renamed(table, {column: _common(counted, column, threshold) for column in COLUMNS}, threshold)


def is_rare(names: pd.Series) -> pd.Series:
    """Whether a shown name stands for one that few subjects carry."""
    return names.astype(str).str.contains(r"^(?:Class|Term) of fewer than \d+ subjects$", regex=True)


def _common(counted: pd.DataFrame | None, column: str, threshold: int) -> frozenset[str]:
    if counted is None or "n_subject" not in counted or column not in counted:
        return frozenset()
    rows = counted[counted["level"] == column]
    rows = rows.assign(subjects=rows["n_subject"].astype("Float64").fillna(0.0))
    largest = rows.groupby([column, "arm", "subset"], observed=True)["subjects"].max()
    per_arm = largest.groupby([column, "arm"], observed=True).max()
    subjects = per_arm.groupby(column, observed=True).sum()
    return frozenset(subjects.index[subjects >= threshold].astype(str))


def _renamed(table: pd.DataFrame, common: Mapping[str, frozenset[str]], threshold: int) -> pd.DataFrame:
    shown = table.copy()
    for column in (name for name in COLUMNS if name in table):
        names = table[column].astype(object)
        rare = names.notna() & ~names.astype(str).isin(common[column])
        shown[column] = np.where(rare, f"{ABOUT[column]} of fewer than {threshold} subjects", names)
    if "note" in table:
        shown["note"] = table["note"].map(
            lambda note: _without_nearest(note, common["pt"]), na_action="ignore"
        )
    return shown


def _without_nearest(note: object, common: frozenset[str]) -> object:
    """A note on a list that matches nothing, naming among the nearest terms only those that many subjects carry."""
    before, marker, rest = str(note).partition(NEAREST)
    if not marker:
        return note
    names, _, after = rest.partition("; ")
    kept = [name for name in quoted(names) if name in common]
    nearest = NEAREST + ", ".join(map(in_quotes, kept)) if kept else ""
    return before + nearest + (f"; {after}" if after else "")
