"""What is asked of a survival curve: the share alive on a day, or the days lived until then.

Does not belong here: curves.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.survival.arrays import Floats, Integers


@dataclass(frozen=True)
class CurveSummary:
    """A weighted sum of survival over days; what is lost is the same sum of the risk.

    Attributes:
        day: (k,) rising.
        weight: (k,) of survival on each: 1 of a single day, or the days until the next.
        whole: what it is while nobody dies.
    """

    day: Floats
    weight: Floats
    whole: float

    def from_day(self, days: Floats) -> Integers:
        """Number of days of the sum that lie before each given one: (m,)."""
        return np.searchsorted(self.day, days, side="left")

    def left(self, sums: Floats) -> Floats:
        """Of what stands on each day (..., k) the sum over it and all later ones, and 0 after the last: (..., k + 1)."""
        later = np.cumsum(sums[..., ::-1], axis=-1)[..., ::-1]
        return np.concatenate([later, np.zeros((*sums.shape[:-1], 1))], axis=-1)


Asked = Callable[[float, Floats], CurveSummary]
"""Of a day, and of the days (m,) on which a curve falls."""


def survival_on(day: float, falls: Floats) -> CurveSummary:
    """The share alive after a day."""
    return CurveSummary(np.array([day]), np.ones(1), 1.0)


def days_lived(day: float, falls: Floats) -> CurveSummary:
    """The restricted mean: the area under the curve up to a day."""
    inside = falls[falls < day]
    return CurveSummary(inside, np.diff(np.append(inside, day)), day)
