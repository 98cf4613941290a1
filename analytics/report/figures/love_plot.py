"""Standardised mean differences before and after matching or weighting."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import pandas as pd

from analytics.report.figures.hover import along
from analytics.report.figures.style import CONTROL, GREEN, GREY, INK, PURPLE, SKY, TREATED, render
from analytics.report.names import covariate, specification
from analytics.report.numbers import fixed, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = ("s", "D", "^", "v", "P", "X")
COLORS = (TREATED, GREEN, PURPLE, SKY, INK)
WRAP = 42
"""Letters of a covariate's name on a line: as many as there is room for beside the axes."""


def love_plot(
    name: str,
    balance: pd.DataFrame,
    threshold: float,
    *,
    title: str,
    description: str,
    mark: str | None,
) -> str | None:
    """Draw `covariate_balance`; None where there is nothing to draw.

    The unadjusted differences are those of the first specification (the denominators differ little); a level of a
    two-level covariate is drawn once.
    """
    known = balance[balance["smd"].notna()]
    if known.empty:
        return None
    specifications = list(dict.fromkeys(known["specification"]))
    before = known[(known["specification"] == specifications[0]) & (known["stage"] == "unadjusted")]
    before = _one_of_two_levels(before).sort_values("smd", key=abs, kind="stable")
    keys = list(zip(before["covariate"], words(before["level"]), strict=True))

    def paint(figure: "Figure") -> None:
        height = figure.get_figheight()
        axes = figure.add_axes((0.38, 0.62 / height, 0.59, 1 - 1.12 / height))
        axes.plot(
            before["smd"].abs(), range(len(keys)), "o", mfc="white", mec=CONTROL, mew=1.5, label="Unadjusted"
        )
        # Of different lengths: a specification looks like another only after thirty.
        for code, marker, color in zip(specifications, cycle(MARKERS), cycle(COLORS), strict=False):
            _points(axes, known[known["specification"] == code], keys, marker, color, specification(code))
        _frame(axes, keys, threshold)
        along(axes, _values(known, keys))

    return render(name, (8.4, 1.3 + 0.3 * len(keys)), paint, title=title, description=description, mark=mark)


def _values(known: pd.DataFrame, keys: Sequence[tuple]) -> Iterator[tuple[float, float, str]]:
    """Each covariate's differences, before and in every comparison."""
    levels = words(known["level"])
    for place, (name, level) in enumerate(keys):
        mine = known[(known["covariate"] == name) & (levels == level)]
        before = mine[mine["stage"] == "unadjusted"]["smd"].head(1)
        told = [f"Unadjusted: {fixed(abs(value), 2)}" for value in before]
        told += [
            f"{specification(row.specification)}: {fixed(abs(row.smd), 2)}"
            for row in mine[mine["stage"] == "adjusted"].itertuples()
        ]
        yield place - 0.5, place + 0.5, "\n".join([covariate(name, level), *told])


def _one_of_two_levels(rows: pd.DataFrame) -> pd.DataFrame:
    """Both levels of a binary covariate have the same size of difference: the later by name is kept."""
    n_level = rows.groupby("covariate")["level"].transform("nunique")
    last = rows.groupby("covariate")["level"].transform("max")
    return rows[(n_level != 2) | (rows["level"] == last)]


def _points(
    axes: "Axes", rows: pd.DataFrame, keys: Sequence[tuple], marker: str, color: str, label: str
) -> None:
    adjusted = rows[rows["stage"] == "adjusted"]
    size = {
        key: abs(value)
        for key, value in zip(
            zip(adjusted["covariate"], words(adjusted["level"]), strict=True), adjusted["smd"], strict=True
        )
    }
    places = [place for place, key in enumerate(keys) if key in size]
    axes.plot(
        [size[keys[p]] for p in places], places, marker, color=color, markersize=5, alpha=0.85, label=label
    )


def _frame(axes: "Axes", keys: Sequence[tuple], threshold: float) -> None:
    labels = ["\n".join(textwrap.wrap(covariate(*key), WRAP)) for key in keys]
    axes.set_yticks(range(len(keys)), labels, linespacing=0.95)
    axes.set_ylim(-0.6, len(keys) - 0.4)
    axes.set_xlim(left=-0.01)
    axes.axvline(0, color="#444444", linewidth=0.8)
    axes.axvline(threshold, color=GREY, linewidth=0.9, linestyle=(0, (3, 2)))
    axes.grid(axis="y", color="#ececec", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(f"Absolute standardised mean difference (dashed: gate at {threshold:g})")
    axes.legend(loc="lower center", bbox_to_anchor=(0.36, 1.0), ncols=4, columnspacing=1.2, handletextpad=0.2)
