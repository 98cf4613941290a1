"""Every number of a comparison that lifelines is asked for.

Belongs here: which fit answers what, each fit made once. Does not belong here: the fits (`hazards`, `curves`).
"""

from collections.abc import Collection
from functools import cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from analytics.second_opinion import curves, hazards
from analytics.second_opinion.asking import attempted
from analytics.second_opinion.judgement import Answer, NoAnswer, Sought
from analytics.second_opinion.members import after, until
from analytics.second_opinion.quantities import CLUSTERED_ERROR, CURVE, LOG_RANK, MEDIAN, Quantity

if TYPE_CHECKING:
    from lifelines import KaplanMeierFitter


def answers(frame: pd.DataFrame, sought: Collection[Sought]) -> dict[Sought, Answer | NoAnswer]:
    """Each number sought, made again.

    Args:
        frame: as `members.members` returns it.
        sought: quantities of lifelines. Those of an arm name it; those up to a day name the day, and so does a curve that
            begins on one.
    """
    clustered = any(one.quantity is CLUSTERED_ERROR for one in sought)

    @cache
    def ratio(day: float | None) -> dict[Quantity, Answer | NoAnswer]:
        return hazards.ratio(until(frame, day), clustered=clustered)

    @cache
    def fitted(arm: int, begin: float | None) -> "KaplanMeierFitter":
        return curves.fitted(after(frame[frame["treated"] == arm], begin))

    def made(one: Sought) -> Answer | NoAnswer:
        if one.quantity in hazards.RATIO:
            return ratio(one.day)[one.quantity]
        if one.quantity is LOG_RANK:
            return hazards.log_rank(frame)
        assert one.arm is not None
        if one.quantity is CURVE:
            return Answer(curves.curve(fitted(one.arm, one.day)))
        if one.quantity is MEDIAN:
            return Answer(curves.median(fitted(one.arm, None)))
        assert one.day is not None
        return curves.restricted_mean(fitted(one.arm, None), one.day)

    return {one: attempted(partial(made, one)) for one in sought}
