"""Scores of a functional scale along follow-up: one line a subject, from its value at time zero on.

Belongs here: which scores are follow-up, and the value on a day between two. Does not belong here: which days there are of a
clock, any estimate.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

LATE_BASELINE_DAYS = 14
"""So long after time zero may the baseline record lie where there is none before, as `adsl` has it."""


@dataclass(frozen=True)
class Scores:
    """Every subject with a score at time zero, subjects sorted, days rising within each.

    Attributes:
        subjects: (n,) keys.
        start: (n + 1,) first score of each, which is that at time zero, day 0; the last is the number of scores.
        day, value: (k,) days from time zero, and scores.
    """

    subjects: pd.Index
    start: np.ndarray
    day: np.ndarray
    value: np.ndarray

    @cached_property
    def number(self) -> np.ndarray:
        """(n,) scores of each subject, that at time zero included."""
        return np.diff(self.start)

    @cached_property
    def last_day(self) -> np.ndarray:
        """(n,) day of the last score of each subject."""
        return self.day[self.start[1:] - 1]

    @cached_property
    def owner(self) -> np.ndarray:
        """(k,) whose score each is."""
        return np.repeat(np.arange(len(self.subjects)), self.number)

    def place(self, usubjid: pd.Series) -> np.ndarray:
        """Where subjects stand; -1 for those without a score at time zero."""
        return self.subjects.get_indexer(pd.Index(usubjid))

    def number_until(self, day: float) -> np.ndarray:
        """(n,) scores of each subject up to a day."""
        return np.bincount(self.owner[self.day <= day], minlength=len(self.subjects))

    def on_day(self, day: float) -> np.ndarray:
        """(n,) score of each subject on a day, on the straight line between the two around it; NaN after the last."""
        last = self.start[:-1] + self.number_until(day) - 1
        following = np.minimum(last + 1, self.start[1:] - 1)
        gap = np.maximum(self.day[following] - self.day[last], 1.0)
        rise = (self.value[following] - self.value[last]) * (day - self.day[last]) / gap
        return np.where(day <= self.last_day, self.value[last] + rise, np.nan)


def scores(visits: pd.DataFrame, at_zero: pd.Series, stop: pd.Series) -> Scores:
    """Scores of everybody who has one at time zero, while followed.

    Visits before time zero are no follow-up. Those after the end of follow-up (a death, the data cut) are faults, and are
    left out. Where the score at time zero was measured up to 14 days later, because there is none before, that visit is it
    and counts once.

    Args:
        visits: usubjid, day (from time zero, which is day 0), value; several of a day are averaged.
        at_zero: score at time zero by usubjid.
        stop: end of follow-up by usubjid, at the end of the day before it: a visit on day d needs a stop above d.
    """
    known = at_zero.dropna().sort_index()
    known = known[known.index.isin(stop.index)]
    rows = visits[
        visits["usubjid"].isin(known.index) & np.isfinite(visits["value"]) & np.isfinite(visits["day"])
    ]
    rows = rows.groupby(["usubjid", "day"], as_index=False)["value"].mean()
    rows = rows[rows["day"] < rows["usubjid"].map(stop)]
    after = _after_zero(rows, known)
    first = pd.DataFrame({"usubjid": known.index, "day": 0.0, "value": known.to_numpy(float)})
    every = pd.concat([first, after], ignore_index=True)
    every = every.sort_values(["usubjid", "day"], ignore_index=True)
    start = np.searchsorted(known.index.get_indexer(pd.Index(every["usubjid"])), np.arange(len(known) + 1))
    return Scores(pd.Index(known.index), start, every["day"].to_numpy(float), every["value"].to_numpy(float))


def _after_zero(rows: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    """Visits after time zero, without the one that stands for it."""
    measured_before = rows["usubjid"].isin(rows.loc[rows["day"] <= 0, "usubjid"])
    later = rows[rows["day"] > 0]
    first = ~later["usubjid"].duplicated()
    soon = later["day"] <= LATE_BASELINE_DAYS
    the_same = later["value"] == later["usubjid"].map(known)
    return later[~(first & soon & the_same & ~measured_before[later.index])]
