"""How long patients are followed, as they were in this cut.

Belongs here: the last day on which each could have been seen. Does not belong here: when they die (`natural_course`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.survival.observation import reverse_kaplan_meier
from analytics.survival.records import Records


@dataclass(frozen=True)
class Observation:
    """Ends of follow-up.

    Attributes:
        stop, event, arm: (n,) of each patient of the cut.
        curves: by arm: days, share still followed then, and the last day on which anybody was seen.
    """

    stop: np.ndarray
    event: np.ndarray
    arm: np.ndarray
    curves: dict[int, tuple[np.ndarray, np.ndarray, float]]

    def limits(self, rows: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """The last day of follow-up of patients, had they lived.

        Who was censored keeps the day. Who had the event is given a day beyond it, from the ends of follow-up of the same
        arm that lie there (its reverse Kaplan-Meier curve); where none does, the last day on which anybody was seen.

        Args:
            rows: (m,) patients.
            uniform: (m,) draws from 0 to 1.
        """
        limit = self.stop[rows].copy()
        for arm, (day, followed, last) in self.curves.items():
            mine = (self.arm[rows] == arm) & self.event[rows]
            at = np.searchsorted(day, limit[mine], side="right") - 1
            share = np.where(at >= 0, followed[at], 1.0) * uniform[mine]
            place = np.searchsorted(-followed, -share, side="left")
            limit[mine] = np.where(place < len(day), day[np.minimum(place, len(day) - 1)], last)
        return limit


def observation(completed: pd.DataFrame) -> Observation:
    """How the patients of a cut were followed.

    Args:
        completed: treated, entry_days, stop_days, event.
    """
    stop, entry = (completed[name].to_numpy(float) for name in ("stop_days", "entry_days"))
    event, arm = completed["event"].to_numpy() == 1, completed["treated"].to_numpy(int)
    curves = {}
    for value in (0, 1):
        mine = arm == value
        late = entry[mine] if (entry[mine] > 0).any() else None
        curve = reverse_kaplan_meier(Records(stop[mine], event[mine].astype(float), entry=late))
        curves[value] = (curve.time, curve.survival, float(stop[mine].max()))
    return Observation(stop, event, arm, curves)
