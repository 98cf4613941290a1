"""Subjects and events per arm and term, counted once each.

Here: the counting every table shares. Not here: percentages, intervals and which events are asked for.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.safety.terms import term_key


@dataclass(frozen=True)
class Cells:
    """Counts per arm (rows) and cell (columns).

    Attributes:
        n_subject: subjects with at least one event, shape (n_arm, n_cell).
        n_event: events, same shape.
    """

    n_subject: np.ndarray
    n_event: np.ndarray


def count_cells(arm: np.ndarray, subject: np.ndarray, cell: np.ndarray, n_arm: int, n_cell: int) -> Cells:
    """Count events and distinct subjects.

    Args:
        arm, subject, cell: integer codes of each event, length n.
        n_arm, n_cell: how many there are, those without an event included.
    """
    position = arm * n_cell + cell
    n_event = np.bincount(position, minlength=n_arm * n_cell)
    first = first_rows(subject, cell, n_cell)
    n_subject = np.bincount(position[first], minlength=n_arm * n_cell)
    return Cells(n_subject.reshape(n_arm, n_cell), n_event.reshape(n_arm, n_cell))


def first_rows(subject: np.ndarray, cell: np.ndarray, n_cell: int) -> np.ndarray:
    """Position of the first event of each subject and cell, in the order given."""
    _, first = np.unique(subject.astype(np.int64) * max(n_cell, 1) + cell, return_index=True)
    return first


@dataclass(frozen=True)
class Terms:
    """The rows of a table by term: overall, each system organ class, each preferred term within its class.

    Attributes:
        frame: level ('overall', 'soc', 'pt'), soc, pt (null above their level).
        codes: per level, the cell of each event; cells of a level follow each other in `frame`.
    """

    frame: pd.DataFrame
    codes: dict[str, np.ndarray]

    def size(self, level: str) -> int:
        """Cells of a level."""
        return int((self.frame["level"] == level).sum())

    def of(self, chosen: np.ndarray) -> "Terms":
        """The same rows for some of the events; `chosen` is a boolean over them."""
        return Terms(self.frame, {level: codes[chosen] for level, codes in self.codes.items()})


LEVELS = ("overall", "soc", "pt")


def terms_of(events: pd.DataFrame) -> Terms:
    """List the classes and terms that occur (categorical columns soc, pt) and code each event by them."""
    socs, pts = events["soc"].cat.categories, events["pt"].cat.categories
    soc_present, soc_code = np.unique(events["soc"].cat.codes, return_inverse=True)
    pair_key = events["soc"].cat.codes.to_numpy(dtype=np.int64) * max(len(pts), 1) + events["pt"].cat.codes
    pair, pair_code = np.unique(pair_key, return_inverse=True)
    pair_soc, pair_pt = np.divmod(pair, max(len(pts), 1))
    overall = pd.DataFrame({"level": ["overall"], "soc": [None], "pt": [None]}, dtype=object)
    soc_names = socs.to_numpy(dtype=object)[soc_present]
    soc = pd.DataFrame({"level": "soc", "soc": soc_names, "pt": None}, dtype=object)
    names = {"soc": socs.to_numpy(dtype=object)[pair_soc], "pt": pts.to_numpy(dtype=object)[pair_pt]}
    pt = pd.DataFrame({"level": "pt", **names}, dtype=object)
    frame = pd.concat([overall, soc, pt], ignore_index=True)
    codes = {
        "overall": np.zeros(len(events), dtype=np.int64),
        "soc": soc_code.astype(np.int64),
        "pt": pair_code,
    }
    return Terms(frame, codes)


def count_terms(events: pd.DataFrame, n_arm: int) -> tuple[Terms, Cells]:
    """Counts of every term that occurs in `events`, for every arm.

    Args:
        events: arm_code, subject, soc, pt.
        n_arm: arms, the empty ones included.

    Returns:
        The terms, and counts of shape (n_arm, rows of terms.frame).
    """
    terms = terms_of(events)
    return terms, cells_of(events, terms, n_arm)


def cells_of(events: pd.DataFrame, terms: Terms, n_arm: int) -> Cells:
    """Counts of shape (n_arm, rows of terms.frame) of the events that `terms` codes."""
    arm, subject = events["arm_code"].to_numpy(), events["subject"].to_numpy()
    parts = [count_cells(arm, subject, terms.codes[level], n_arm, terms.size(level)) for level in LEVELS]
    return Cells(np.hstack([p.n_subject for p in parts]), np.hstack([p.n_event for p in parts]))


def term_order(terms: Terms, cells: Cells, order: str) -> pd.DataFrame:
    """Place of each row: overall first, classes by frequency or alphabet, terms by descending frequency in a
    class.

    Frequency is subjects over all arms, then events, then the alphabet whatever the case, so that ties never depend on
    row order.
    """
    frame = terms.frame.assign(subjects=cells.n_subject.sum(axis=0), events=cells.n_event.sum(axis=0))
    frame["soc_key"], frame["pt_key"] = (
        frame[name].map(term_key, na_action="ignore") for name in ("soc", "pt")
    )
    soc = frame[frame["level"] == "soc"]
    by = ["subjects", "events", "soc_key"] if order == "frequency" else ["soc_key"]
    ranked = soc.sort_values(by, ascending=[b == "soc_key" for b in by])
    rank = dict(zip(ranked["soc"], range(1, len(ranked) + 1), strict=True))
    frame["soc_order"] = frame["soc"].map(rank).fillna(0).astype(np.int64)
    within = frame.sort_values(
        ["soc_order", "level", "subjects", "events", "pt_key"], ascending=[True, False, False, False, True]
    )
    frame["pt_order"] = within.groupby("soc_order").cumcount()
    return frame[["soc_order", "pt_order"]]
