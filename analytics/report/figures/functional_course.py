"""Mean ALSFRS-R of two arms by month, with intervals and how many it is the mean of."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.report.disclosure import Disclosure
from analytics.report.figures.hover import across
from analytics.report.figures.style import (
    ARMS,
    GREY,
    NARROW,
    legend_label,
    narrow_name,
    render,
)
from analytics.report.numbers import fixed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = tuple((*look, marker) for look, marker in zip(ARMS, ("o", "s"), strict=True))
SIZE, NARROW_SIZE = (8.4, 3.9), (NARROW, 4.2)
BESIDE = 0.09
"""Months by which the arms stand apart, so that neither's interval covers the other's."""
HIGHEST = 48.0


def functional_course(
    name: str,
    course: pd.DataFrame,
    arms: tuple[str, str],
    disclosure: Disclosure,
    *,
    title: str,
    description: str,
    mark: str | None,
    narrow: bool = False,
) -> str | None:
    """Draw `function_course` rows of one specification.

    Args:
        name: id on the page.
        course: arm, time_months, n_subject, mean, ci_lower, ci_upper.
        arms: labels of treated and control.
        disclosure: how numbers of subjects are shown.
        title, description, mark: as in `render`.
        narrow: for narrow screens.

    Returns:
        SVG, or None where no month of either arm has a mean.
    """
    if course.empty:
        return None
    end = int(course["time_months"].max())
    ticks = np.arange(0, end + 1, 3 if end > 5 else 1)

    def paint(figure: "Figure") -> None:
        axes = figure.add_axes((0.17, 0.36, 0.79, 0.6) if narrow else (0.2, 0.31, 0.76, 0.64))
        for arm, look, aside in zip(arms, LOOKS, (-BESIDE, BESIDE), strict=True):
            _arm(axes, course[course["arm"] == arm], arm, look, aside)
        _frame(axes, course, end, ticks)
        if not narrow:
            across(axes, _values(course, arms, end, disclosure))
        _numbers(figure, axes, course, arms, ticks, disclosure, narrow=narrow)

    size = NARROW_SIZE if narrow else SIZE
    return render(narrow_name(name, narrow), size, paint, title=title, description=description, mark=mark)


def _arm(axes: "Axes", course: pd.DataFrame, arm: str, look: tuple, aside: float) -> None:
    color, line, marker = look
    month, mean, lower, upper = (
        course[c].to_numpy(float) for c in ("time_months", "mean", "ci_lower", "ci_upper")
    )
    axes.vlines(month + aside, lower, upper, color=color, linewidth=1.1, alpha=0.7)
    axes.plot(
        month + aside, mean, color=color, linestyle=line, marker=marker, markersize=4, label=legend_label(arm)
    )


def _frame(axes: "Axes", course: pd.DataFrame, end: int, ticks: np.ndarray) -> None:
    lowest = float(course[["mean", "ci_lower"]].min().min())
    highest = float(course[["mean", "ci_upper"]].max().max())
    axes.set_xlim(-0.4, end + 0.4)
    bottom, top = max(0.0, np.floor(lowest / 4) * 4), min(HIGHEST, np.ceil(highest / 4) * 4)
    axes.set_ylim(bottom, top + 0.5)
    axes.set_yticks(np.arange(bottom, top + 1, 4 if top - bottom <= 24 else 8))
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.grid(axis="y", color="#e3e3e3", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("Months (30.4375 days) since time zero")
    axes.set_ylabel("Mean ALSFRS-R, of 48")
    axes.legend(loc="lower left", handlelength=2.6)


def _values(
    course: pd.DataFrame, arms: tuple[str, str], end: int, disclosure: Disclosure
) -> Iterator[tuple[float, float, str]]:
    """Both means a month."""
    for month in range(end + 1):
        at = course[course["time_months"] == month]
        rows = ((arm, at[at["arm"] == arm]) for arm in arms)
        told = (_told(arm, row.iloc[0], disclosure) for arm, row in rows if len(row))
        yield month - 0.5, month + 0.5, "\n".join([f"{month} months", *told])


def _told(arm: str, row: pd.Series, disclosure: Disclosure) -> str:
    mean, lower, upper = (fixed(row[c], 1) for c in ("mean", "ci_lower", "ci_upper"))
    return f"{arm}: {mean} ({lower} to {upper}), n = {disclosure.count(row['n_subject'])}"


def _numbers(
    figure: "Figure",
    axes: "Axes",
    course: pd.DataFrame,
    arms: tuple[str, str],
    ticks: np.ndarray,
    disclosure: Disclosure,
    *,
    narrow: bool,
) -> None:
    """Whose mean it is, below."""
    from matplotlib.transforms import blended_transform_factory

    below = blended_transform_factory(axes.transData, figure.transFigure)
    heights = ((0.185, 0.14), (0.09, 0.045)) if narrow else ((0.1, 0.1), (0.03, 0.03))
    figure.text(
        0.012, 0.235 if narrow else 0.165, "Alive, score known", fontsize=8, color=GREY, weight="bold"
    )
    for arm, (color, *_), (name, number) in zip(arms, LOOKS, heights, strict=True):
        figure.text(0.012, name, arm, fontsize=8.5, color=color, weight="bold")
        known = course[course["arm"] == arm].set_index("time_months")["n_subject"]
        for tick in ticks:
            text = disclosure.count(known[tick]) if tick in known.index else "–"
            axes.text(tick, number, text, transform=below, ha="center", fontsize=8.5)
