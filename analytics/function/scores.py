"""Scores of a functional scale along follow-up: one line a subject, from the last visit by time zero on.

Belongs here: which scores are follow-up, and the value on a day between two. Does not belong here: which days there are of a
clock, any estimate.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

BEFORE_DAYS, AFTER_DAYS = 180, 14
"""So long before time zero, or after it where there is none before, may a line begin, as the baseline record of `adsl`."""
NEAR_DAYS = 7
"""So far from time zero a score is that of time zero, where no line between two visits tells it."""


@dataclass(frozen=True)
class Scores:
    """Every subject whose line begins around time zero, subjects sorted, days rising within each.

    Attributes:
        subjects: (n,) keys.
        start: (n + 1,) first score of each; the last is the number of scores.
        day, value: (k,) days from time zero on which scores were measured, and scores. The first of a subject is the last by
            time zero, on a day of 0 or below, where there is one.
        undated: of whom a score at time zero is told, but no visit around it: they have no line.
    """

    subjects: pd.Index
    start: np.ndarray
    day: np.ndarray
    value: np.ndarray
    undated: pd.Index = field(default_factory=lambda: pd.Index([], dtype=object))

    @cached_property
    def number(self) -> np.ndarray:
        """(n,) scores of each subject."""
        return np.diff(self.start)

    @cached_property
    def first_day(self) -> np.ndarray:
        """(n,) day of the first score of each subject."""
        return self.day[self.start[:-1]]

    @cached_property
    def last_day(self) -> np.ndarray:
        """(n,) day of the last score of each subject."""
        return self.day[self.start[1:] - 1]

    @cached_property
    def owner(self) -> np.ndarray:
        """(k,) whose score each is."""
        return np.repeat(np.arange(len(self.subjects)), self.number)

    def place(self, usubjid: pd.Series) -> np.ndarray:
        """Where subjects stand; -1 for those without a line."""
        return self.subjects.get_indexer(pd.Index(usubjid))

    def number_until(self, day: float) -> np.ndarray:
        """(n,) scores of each subject up to a day."""
        return np.bincount(self.owner[self.day <= day], minlength=len(self.subjects))

    def on_day(self, day: float) -> np.ndarray:
        """(n,) score of each subject on a day, on the straight line between the two around it; NaN before the first and
        after the last."""
        last = self.start[:-1] + np.maximum(self.number_until(day) - 1, 0)
        following = np.minimum(last + 1, self.start[1:] - 1)
        gap = np.maximum(self.day[following] - self.day[last], 1.0)
        rise = (self.value[following] - self.value[last]) * (day - self.day[last]) / gap
        known = (self.first_day <= day) & (day <= self.last_day)
        return np.where(known, self.value[last] + rise, np.nan)

    def at_zero(self) -> np.ndarray:
        """(n,) score of each subject at time zero; where no line tells it, the first one if it is of a few days away."""
        on_line, first = self.on_day(0.0), self.value[self.start[:-1]]
        near = np.abs(self.first_day) <= NEAR_DAYS
        return np.where(np.isnan(on_line) & near, first, on_line)


def scores(visits: pd.DataFrame, stop: pd.Series) -> Scores:
    """Scores of everybody who has one around time zero, each on the day on which it was measured, while followed.

    A line begins with the last visit by time zero, up to 180 days before it; where there is none, with the first one after,
    up to 14 days. Visits before it are no follow-up. Those after the end of follow-up (a death, the data cut) are faults,
    and are left out.

    Args:
        visits: usubjid, day (from time zero, which is day 0; negative before it), value; several of a day are averaged.
        stop: end of follow-up by usubjid, at the end of the day before it: a visit on day d needs a stop above d.
    """
    rows = visits[np.isfinite(visits["value"]) & np.isfinite(visits["day"])]
    rows = rows.groupby(["usubjid", "day"], as_index=False)["value"].mean()
    # Who is not followed has no stop, and no day is below none.
    rows = rows[rows["day"] < rows["usubjid"].map(stop)]
    rows = rows[rows["day"] >= -BEFORE_DAYS]
    rows = rows.sort_values(["usubjid", "day"], ignore_index=True)
    is_before = rows["day"] <= 0
    last_before = is_before & ~rows[is_before]["usubjid"].duplicated(keep="last").reindex(
        rows.index, fill_value=True
    )
    rows = rows[last_before | ~is_before]
    begins = rows.groupby("usubjid")["day"].transform("min")
    rows = rows[begins <= AFTER_DAYS]
    subjects = pd.Index(np.unique(rows["usubjid"].to_numpy(object)), dtype=object)
    start = np.searchsorted(subjects.get_indexer(pd.Index(rows["usubjid"])), np.arange(len(subjects) + 1))
    return Scores(subjects, start, rows["day"].to_numpy(float), rows["value"].to_numpy(float))
