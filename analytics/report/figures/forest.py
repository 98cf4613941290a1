"""Ratios with intervals on a log axis, one row each: effects, subgroups, doses, sensitivity."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.report.figures.hover import along
from analytics.report.figures.style import (
    CONTROL,
    GREY,
    INK,
    NARROW,
    TREATED,
    narrow_name,
    reference_line,
    render,
)
from analytics.report.numbers import missing, ratio_with_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, ROW, FRAME = 8.4, 0.30, 0.85
LEFT, RIGHT = 0.40, 0.75
TICKS = (0.1, 0.2, 0.25, 0.5, 1, 2, 4, 5, 10, 20, 50)


@dataclass(frozen=True)
class ForestRow:
    """A line of a forest plot.

    Attributes:
        label: what it is.
        estimate, lower, upper: ratio and limits; None where it could not be made.
        reason: shown instead of numbers where there is no estimate.
        group: heading above the first row of a group; empty for none.
        biased: drawn as a warning, never as a result.
        main: drawn larger.
    """

    label: str
    estimate: float | None
    lower: float | None
    upper: float | None
    reason: str = ""
    group: str = ""
    biased: bool = False
    main: bool = False


def forest(
    name: str,
    rows: Sequence[ForestRow],
    *,
    title: str,
    description: str,
    mark: str | None,
    axis: str = "Hazard ratio (log scale)",
    sides: tuple[str, str] = ("favours treatment", "favours control"),
    narrow: bool = False,
) -> str:
    """Draw rows from top to bottom as SVG; for narrow screens each below its label."""
    lines = _with_headings(rows)
    left, right = LEFT, RIGHT
    if narrow:
        left, right = 0.03, 0.6
        lines = [part for line in lines for part in _stacked(line)]

    def paint(figure: "Figure") -> None:
        height = figure.get_figheight()
        axes = figure.add_axes((left, 0.6 / height, right - left, 1 - 0.85 / height))
        _scale(axes, rows, len(lines), axis, sides)
        for place, line in enumerate(lines):
            if isinstance(line, str):
                _words(axes, place, line, heading=True)
            else:
                _row(axes, place, line)
        if not narrow:
            along(axes, _whole(lines))

    size = (NARROW if narrow else WIDTH, FRAME + ROW * len(lines))
    return render(narrow_name(name, narrow), size, paint, title=title, description=description, mark=mark)


def _with_headings(rows: Sequence[ForestRow]) -> list[ForestRow | str]:
    lines: list[ForestRow | str] = []
    group = ""
    for row in rows:
        if row.group and row.group != group:
            lines.append(row.group)
        group = row.group
        lines.append(row)
    return lines


def _whole(lines: Sequence[ForestRow | str]) -> Iterator[tuple[float, float, str]]:
    """Every row in full: on the figure long labels and reasons are cut short."""
    for place, line in enumerate(lines):
        if isinstance(line, ForestRow):
            told = line.reason or "not estimable"
            if not missing(line.estimate):
                told = ratio_with_limits(line.estimate, line.lower, line.upper)
            yield place - 0.5, place + 0.5, f"{line.label}\n{told}"


def _stacked(line: ForestRow | str) -> list[ForestRow | str]:
    """A row below its label."""
    if isinstance(line, str):
        return [line]
    return [f"✕ BIASED: {line.label}" if line.biased else line.label, replace(line, label="")]


def limits(rows: Sequence[ForestRow]) -> tuple[float, float]:
    """Axis limits that hold every estimate; intervals may run out of them."""
    known = [row for row in rows if not missing(row.estimate)]
    points = [float(row.estimate) for row in known if row.estimate]
    ends = [float(end) for row in known for end in (row.lower, row.upper) if not missing(end) and end]
    inside = [end for end in ends if 1 / 12 <= end <= 12]
    low, high = min([0.45, *points, *inside]), max([2.2, *points, *inside])
    return max(low / 1.08, 0.04), min(high * 1.08, 25)


def _scale(axes: "Axes", rows: Sequence[ForestRow], n_line: int, axis: str, sides: tuple[str, str]) -> None:
    low, high = limits(rows)
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(n_line - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    ticks = _ticks(low, high)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel(axis)
    reference_line(axes, 1)
    for side, place, align in ((sides[0], 0.94, "right"), (sides[1], 1.06, "left")):
        arrow = f"← {side}" if align == "right" else f"{side} →"
        axes.text(
            place,
            1.0,
            arrow,
            transform=axes.get_xaxis_transform(),
            ha=align,
            va="bottom",
            fontsize=7.5,
            color=GREY,
        )


def _ticks(low: float, high: float) -> list[float]:
    inside = [tick for tick in TICKS if low <= tick <= high]
    if len(inside) > 6:
        inside = [tick for tick in inside if tick not in (0.2, 0.25, 4)]
    return [
        tick for tick in inside if not (tick == 0.25 and 0.2 in inside) and not (tick == 4 and 5 in inside)
    ]


def _words(axes: "Axes", place: int, text: str, heading: bool = False, color: str = INK) -> None:
    axes.annotate(
        text, (0, place), xycoords=("figure fraction", "data"), xytext=(4 if heading else 12, 0),
        textcoords="offset points", va="center", ha="left", fontsize=8.5, weight="bold" if heading else "normal",
        color=color, annotation_clip=False,
    )  # fmt: skip


def _row(axes: "Axes", place: int, row: ForestRow) -> None:
    color = CONTROL if row.biased else (INK if row.main else TREATED)
    label = f"✕ BIASED: {row.label}" if row.biased and row.label else row.label
    _words(axes, place, textwrap.shorten(label, 52, placeholder=" …"), color=color if row.biased else INK)
    beside: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"),
        "va": "center",
        "fontsize": 8.5,
        "annotation_clip": False,
    }
    if missing(row.estimate):
        axes.text(1, place, "–", ha="center", va="center", color=GREY)
        reason = textwrap.shorten(row.reason or "not estimable", 40, placeholder=" …")
        axes.annotate(f"–  {reason}", (1.02, place), color=GREY, **{**beside, "fontsize": 7.5})
        return
    _interval(axes, place, row, color)
    text = ratio_with_limits(row.estimate, row.lower, row.upper)
    axes.annotate(text, (1.02, place), color=color, weight="bold" if row.main else "normal", **beside)


def _interval(axes: "Axes", place: int, row: ForestRow, color: str) -> None:
    low, high = axes.get_xlim()
    if not missing(row.lower) and not missing(row.upper):
        ends = np.clip(np.array([row.lower, row.upper], dtype=float), low, high)
        style = (0, (2, 1.5)) if row.biased else "-"
        axes.plot(ends, [place, place], color=color, linewidth=1.4, linestyle=style, solid_capstyle="butt")
        for end, given, marker in ((ends[0], row.lower, "<"), (ends[1], row.upper, ">")):
            if given != end:
                axes.plot([end], [place], marker=marker, color=color, markersize=4, clip_on=False)
    marker = "X" if row.biased else "s"
    if low <= float(row.estimate) <= high:  # type: ignore[arg-type]
        axes.plot([row.estimate or 0], [place], marker=marker, color=color, markersize=7 if row.main else 5.5)
