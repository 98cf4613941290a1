"""What lifelines makes of one arm: the Kaplan–Meier curve, and what is read off it.

Belongs here: how the library is asked so that it answers the same question. Does not belong here: who is in the arm
(`members`), how far both may differ (`quantities`).
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.second_opinion.asking import ask
from analytics.second_opinion.judgement import Answer, Curve
from analytics.second_opinion.quantities import LIFELINES, RESTRICTED_MEAN

if TYPE_CHECKING:
    from lifelines import KaplanMeierFitter

AT_ONE_HALF = 1e-9
SUMMED_EXACTLY = 51
"""Whole numbers up to this power of two, by the power of their number, add up without rounding."""


def fitted(frame: pd.DataFrame) -> "KaplanMeierFitter":
    """The curve of these rows, as `members.members` returns them.

    Raises:
        NoOpinionError: the library has no answer.
    """
    late = bool((frame["entry_days"] > 0).any())

    def fit() -> "KaplanMeierFitter":
        from lifelines import KaplanMeierFitter

        entry = frame["entry_days"] if late else None
        weights = _whole(frame["weight"])
        return KaplanMeierFitter().fit(frame["stop_days"], frame["event"], entry=entry, weights=weights)

    return ask(LIFELINES, fit)


def _whole(weight: pd.Series) -> pd.Series:
    """Weights as large whole numbers, whose sums are exact: where the last at risk die, the library takes the logarithm of
    what rounding leaves of them, and where that is below zero the curve ends without its last step."""
    if (weight == 1).all():
        return weight
    return (weight / weight.max() * 2.0 ** (SUMMED_EXACTLY - int(np.log2(len(weight))))).round()


def curve(drawn: "KaplanMeierFitter") -> Curve:
    """Its steps."""
    survival = drawn.survival_function_.iloc[:, 0]
    return Curve(survival.index.to_numpy(float), survival.to_numpy(float))


def median(drawn: "KaplanMeierFitter") -> float:
    """The library's median; where its curve stands at exactly one half, the middle of those days."""
    steps = curve(drawn)
    level = steps.time[np.abs(steps.value - 0.5) <= AT_ONE_HALF]
    if not len(level):
        return float(np.where(np.isinf(m := drawn.median_survival_time_), np.nan, m))
    below = steps.time[steps.value < 0.5 - AT_ONE_HALF]
    return float((level[0] + (below[0] if len(below) else steps.time[-1])) / 2)


def restricted_mean(drawn: "KaplanMeierFitter", day: float) -> Answer:
    """The library begins at the first entry; nobody dies before it."""

    def area() -> float:
        from lifelines.utils import restricted_mean_survival_time

        return float(restricted_mean_survival_time(drawn, t=day))

    before = max(float(drawn.survival_function_.index[0]), 0.0)
    return Answer(before + ask(LIFELINES, area), RESTRICTED_MEAN.tolerance * day)
