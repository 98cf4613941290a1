"""Flow diagram of eligibility: a column of boxes per arm, exclusions beside, drawn as SVG directly."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from analytics.report.disclosure import Disclosure
from analytics.report.figures.style import CONTROL, FONTS, TREATED, accessible

COLUMN, BOX, SIDE, LINE, GAP = 480, 210, 222, 16, 22
WRAP_BOX, WRAP_SIDE = 26, 28


@dataclass(frozen=True)
class FlowStep:
    """A box: how many are left, and how many were left out on the way to it, for which reason."""

    remaining: str
    excluded: str
    criterion: str


def flow_steps(flow: pd.DataFrame, disclosure: Disclosure) -> list[FlowStep]:
    """Steps of one arm; one that leaves out nobody is not drawn, and those that leave out few are drawn with the next."""
    start, *steps = (row for _, row in flow.sort_values("step", kind="stable").iterrows())
    boxes = [FlowStep(disclosure.count(start["n_remaining"]), "", str(start["criterion"]))]
    pending, reasons = 0.0, list[str]()
    for place, row in enumerate(steps, start=1):
        if row["n_excluded"] > 0:
            pending, reasons = pending + float(row["n_excluded"]), [*reasons, str(row["criterion"])]
        if pending and (place == len(steps) or not disclosure.small(pending)):
            boxes.append(
                FlowStep(disclosure.count(row["n_remaining"]), disclosure.count(pending), "; ".join(reasons))
            )
            pending, reasons = 0.0, []
    return boxes


def flow_diagram(
    name: str,
    flow: pd.DataFrame,
    arms: tuple[str, str],
    disclosure: Disclosure,
    *,
    description: str,
    mark: str | None,
    last: Sequence[str] = ("", ""),
) -> str | None:
    """Draw `cohort_flow` of both arms; `last` is written in a final box per arm. None for an empty table."""
    if flow.empty:
        return None
    parts, heights = [], []
    for column, (arm, color) in enumerate(zip(arms, (TREATED, CONTROL), strict=True)):
        mine = flow[flow["arm"] == arm]
        steps = flow_steps(mine, disclosure) if len(mine) else []
        drawn, height = _column(20 + column * COLUMN, arm, steps, color, last[column])
        parts.append(drawn)
        heights.append(height)
    height = max(heights) + 10
    svg = f'<svg width="{2 * COLUMN / 1.42:.0f}pt" viewBox="0 0 {2 * COLUMN} {height}">'
    svg += f'<g style="font-size:13px;{FONTS}">{_mark(mark, height)}{"".join(parts)}</g></svg>'
    return accessible(svg, name, "Flow of eligibility by arm", description)


def _mark(mark: str | None, height: int) -> str:
    if not mark:
        return ""
    return (
        f'<text x="{COLUMN}" y="{height / 2:.0f}" text-anchor="middle" font-size="88" font-weight="bold" fill="#888888" '
        f'fill-opacity="0.13" transform="rotate(-18 {COLUMN} {height / 2:.0f})">{escape(mark)}</text>'
    )


def _column(left: int, arm: str, steps: Sequence[FlowStep], color: str, last: str) -> tuple[str, int]:
    parts = [f'<text x="{left}" y="20" font-size="15" font-weight="bold" fill="{color}">{escape(arm)}</text>']
    top = 32
    for place, step in enumerate(steps):
        if place:
            side = [f"left out: {step.excluded}", *textwrap.wrap(_reason(step.criterion), WRAP_SIDE)]
            middle = top + GAP / 2 + LINE * len(side) / 2
            parts.append(
                _line(left + BOX / 2, top, left + BOX / 2, top + LINE * len(side) + 2 * GAP, arrow=True)
            )
            parts.append(_line(left + BOX / 2, middle + 4, left + SIDE, middle + 4, arrow=False))
            parts.append(_box(left + SIDE, top + GAP / 2, SIDE, side, "#fafafa", "#999999", bold=False))
            top += LINE * len(side) + 2 * GAP
        words = [f"n = {step.remaining}"]
        words += textwrap.wrap(step.criterion if not place else "remain", WRAP_BOX)
        parts.append(_box(left, top, BOX, words, "#ffffff", color, bold=True))
        top += LINE * len(words) + 12
    if last:
        words = textwrap.wrap(last, WRAP_BOX)
        parts.append(_line(left + BOX / 2, top, left + BOX / 2, top + GAP, arrow=True))
        parts.append(
            _box(left, top + GAP, BOX, words, "#f2f7fb" if color == TREATED else "#fdf4ee", color, bold=True)
        )
        top += GAP + LINE * len(words) + 12
    return "".join(parts), int(top) + 10


def _reason(criterion: str) -> str:
    """Why someone was left out; an unknown value is its own reason."""
    return criterion if criterion.endswith("not recorded") else f"not met: {criterion}"


def _line(x1: float, y1: float, x2: float, y2: float, *, arrow: bool) -> str:
    head = f'<path d="M{x2 - 4} {y2 - 7} L{x2 + 4} {y2 - 7} L{x2} {y2} Z" fill="#555555"/>' if arrow else ""
    return f'<path d="M{x1} {y1} L{x2} {y2}" stroke="#555555" stroke-width="1.2" fill="none"/>{head}'


def _box(
    x: float, y: float, width: float, lines: Sequence[str], fill: str, stroke: str, *, bold: bool
) -> str:
    height = LINE * len(lines) + 12
    text = "".join(
        f'<tspan x="{x + 9}" dy="{LINE if place else 0}"{_weight(bold and not place)}>{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="3" fill="{fill}" fill-opacity="0.8" '
        f'stroke="{stroke}" stroke-width="1.3"/><text x="{x + 9}" y="{y + LINE + 2}" fill="#222222">{text}</text>'
    )


def _weight(bold: bool) -> str:
    return ' font-weight="bold"' if bold else ""
