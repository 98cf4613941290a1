"""What was measured of each subject, asked for as of any day.

The rule is that of the marts (`dbt_project/macros/cohort/baseline_record.sql`, `slope_before.sql`), whose days are two: here
the day is drawn, and another for each subject. On day 0 both give the same. Not here: what is made of the values.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LOOK_BACK, LOOK_AHEAD = 180, 14
"""Days before a day within which a value stands for it; and after it, where there is none before and trials measured so."""
DAYS_A_MONTH = 30.4375
_BEYOND = 1_000_000.0


@dataclass(frozen=True)
class Measurements:
    """One parameter of several subjects.

    Attributes:
        subjects: (n,) keys, sorted.
        place: (m,) where the subject of each record is among them.
        day, value: (m,) by subject and day, a record a day.
    """

    subjects: np.ndarray
    place: np.ndarray
    day: np.ndarray
    value: np.ndarray

    @classmethod
    def of(cls, records: pd.DataFrame, subjects: np.ndarray) -> "Measurements":
        """Records of these subjects whose day is known.

        Args:
            records: usubjid, day, value; of several values on one day the lowest stands, as in the marts.
            subjects: (n,) unique keys.
        """
        known = np.sort(np.asarray(subjects, dtype=object).astype(str))
        place = pd.Index(known).get_indexer(pd.Index(records["usubjid"].astype(str)))
        frame = pd.DataFrame(
            {"place": place, "day": records["day"].to_numpy(float), "value": records["value"].to_numpy(float)}
        )
        frame = frame[(frame["place"] >= 0) & frame["day"].notna() & frame["value"].notna()]
        frame = frame.sort_values(["place", "day", "value"]).drop_duplicates(["place", "day"])
        return cls(known, *(frame[name].to_numpy() for name in ("place", "day", "value")))

    def value_at(self, subjects: np.ndarray, days: np.ndarray, look_ahead: np.ndarray) -> np.ndarray:
        """(k,) the last value on or before each day, within `LOOK_BACK`; NaN where there is none.

        Args:
            subjects: (k,) keys.
            days: (k,) finite.
            look_ahead: (k,) days after, within which the first value stands where none is before.
        """
        place, days = self._place(subjects), np.asarray(days, float)
        after = np.searchsorted(self._keys, self._key(place, days), side="right")
        found = np.full(len(days), np.nan)
        for record, nearest in ((after, False), (after - 1, True)):
            there = self._is_of(record, place)
            gap = days[there] - self.day[record[there]]
            near = (gap <= LOOK_BACK) if nearest else (-gap <= look_ahead[there])
            rows = np.flatnonzero(there)[near]
            found[rows] = self.value[record[rows]]
        return found

    def slope_at(self, subjects: np.ndarray, days: np.ndarray) -> np.ndarray:
        """(k,) least-squares slope a month over all records up to each day; NaN below two."""
        place = self._place(subjects)
        until = np.searchsorted(self._keys, self._key(place, np.asarray(days, float)), side="right")
        since = np.searchsorted(self.place, place, side="left")
        n, x, y, xy, xx = (
            total[np.maximum(until, since)] - total[since]
            for total in (_summed(part) for part in (np.ones_like(self.day), self.day, self.value,
                                                     self.day * self.value, self.day**2))
        )  # fmt: skip
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = DAYS_A_MONTH * (n * xy - x * y) / (n * xx - x * x)
        return np.where(n >= 2, slope, np.nan)

    @property
    def _keys(self) -> np.ndarray:
        return self._key(self.place, self.day)

    @staticmethod
    def _key(place: np.ndarray, day: np.ndarray) -> np.ndarray:
        return 2 * _BEYOND * place + np.clip(day, -_BEYOND / 2, _BEYOND / 2)

    def _place(self, subjects: np.ndarray) -> np.ndarray:
        return pd.Index(self.subjects).get_indexer(pd.Index(np.asarray(subjects, dtype=object).astype(str)))

    def _is_of(self, record: np.ndarray, place: np.ndarray) -> np.ndarray:
        inside = (record >= 0) & (record < len(self.place))
        there = np.zeros(len(record), bool)
        there[inside] = self.place[record[inside]] == place[inside]
        return there


def _summed(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(values)])
