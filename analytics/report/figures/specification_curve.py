"""The hazard ratio under every combination of choices, sorted, with the choices below."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.comparison.specification import SPECIFICATIONS
from analytics.report.figures.hover import across
from analytics.report.figures.style import CONTROL, GREY, INK, TREATED, render
from analytics.report.names import specification, vital_status
from analytics.report.numbers import ratio_with_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHOICES = (
    ("specification", "Comparison"),
    ("matching", "Matching"),
    ("caliper", "Caliper, SD"),
    ("time_zero", "Time zero"),
    ("vital_status_rule", "Deaths count"),
    ("missing", "Missing covariates"),
)
ROW = 0.19


def specification_curve(
    name: str, curve: pd.DataFrame, *, title: str, description: str, mark: str | None
) -> str | None:
    """Draw `specification_curve` of one endpoint; None where no specification has an estimate.

    Specifications under a rule in which late deaths count while survivors end at their last visit are drawn as biased.
    """
    known = curve[curve["estimate"].notna()].sort_values(
        ["estimate", "number"], kind="stable", ignore_index=True
    )
    if known.empty:
        return None
    rows = choice_rows(known)
    size = (8.4, 3.4 + ROW * len(rows))

    def paint(figure: "Figure") -> None:
        height = figure.get_figheight()
        below = ROW * len(rows) / height
        top = figure.add_axes((0.25, below + 0.35 / height, 0.72, 1 - below - 0.85 / height))
        _estimates(top, known)
        bottom = figure.add_axes((0.25, 0.12 / height, 0.72, below), sharex=top)
        _choices(bottom, known, rows)
        across(top, _values(known, rows))

    return render(name, size, paint, title=title, description=description, mark=mark)


def _values(curve: pd.DataFrame, rows: list[tuple[str, str, object]]) -> Iterator[tuple[float, float, str]]:
    """Each estimate with the choices that make it."""
    for place in range(len(curve)):
        row = curve.iloc[place]
        made = "\n".join(label for column, label, value in rows if row[column] == value)
        told = ratio_with_limits(row["estimate"], row["ci_lower"], row["ci_upper"])
        yield place - 0.5, place + 0.5, f"{told}\n{made}"


def is_biased(curve: pd.DataFrame) -> np.ndarray:
    """Rows whose vital-status rule counts late deaths without limit."""
    return curve["vital_status_rule"].astype(str).str.endswith("_INF").to_numpy()


def choice_rows(curve: pd.DataFrame) -> list[tuple[str, str, object]]:
    """(column, label, value) of every choice that varies, in order."""
    found: list[tuple[str, str, object]] = []
    for column, heading in CHOICES:
        values = sorted((v for v in curve[column].dropna().unique() if v != ""), key=_order)
        if len(values) > 1:
            found += [(column, f"{heading}: {_value(column, value)}", value) for value in values]
    return found


def _order(value: object) -> tuple[int, str]:
    """Comparisons in the order of their names' table, everything else by its text."""
    known = list(SPECIFICATIONS)
    return (known.index(str(value)) if value in known else len(known), str(value))


def _value(column: str, value: object) -> str:
    if column == "specification":
        return specification(str(value)).replace("Weighted to the treated", "Weighted")
    if column == "vital_status_rule":
        text = vital_status(str(value)).partition(",")[0]
        return f"{text} (biased)" if str(value).endswith("_INF") else text
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def _estimates(axes: "Axes", curve: pd.DataFrame) -> None:
    place = np.arange(len(curve))
    biased, chosen = is_biased(curve), (curve["is_protocol"] == "Y").to_numpy()
    ends = curve[["ci_lower", "ci_upper"]].to_numpy(float)
    bottom = max(0.9 * np.nanmin(curve["estimate"]), 0.05) / 1.6
    high = min(1.6 * np.nanmax(curve["estimate"]), 20)
    for rows, color in ((~biased, TREATED), (biased, CONTROL)):
        axes.vlines(
            place[rows], np.clip(ends[rows, 0], bottom, high), np.clip(ends[rows, 1], bottom, high),
            color=color, alpha=0.35, linewidth=1.6,
        )  # fmt: skip
        for cut, edge, head in ((ends[:, 0] < bottom, bottom, "v"), (ends[:, 1] > high, high, "^")):
            axes.plot(
                place[rows & cut],
                np.full((rows & cut).sum(), edge),
                head,
                color=color,
                markersize=3,
                clip_on=False,
            )
        label = (
            "late deaths count without limit (biased reference)"
            if color == CONTROL
            else "other specifications"
        )
        axes.plot(
            place[rows],
            curve["estimate"][rows],
            "X" if color == CONTROL else "o",
            color=color,
            markersize=3.6,
            label=label,
        )
    axes.plot(
        place[chosen],
        curve["estimate"][chosen],
        "D",
        color=INK,
        markersize=7,
        mfc="none",
        mew=1.8,
        label="protocol",
    )
    axes.axhline(1, color=GREY, linewidth=0.9, linestyle=(0, (3, 2)))
    axes.set_yscale("log")
    axes.set_ylim(bottom, high)
    ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10) if bottom <= tick <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_ylabel("Hazard ratio (log scale)")
    axes.tick_params(axis="x", bottom=False, labelbottom=False)
    axes.set_xlim(-1, len(curve))
    axes.legend(
        loc="lower center", bbox_to_anchor=(0.45, 0.99), ncols=3, handletextpad=0.2, columnspacing=1.2
    )


def _choices(axes: "Axes", curve: pd.DataFrame, rows: list[tuple[str, str, object]]) -> None:
    biased = is_biased(curve)
    for line, (column, _, value) in enumerate(rows):
        taken = (curve[column] == value).to_numpy()
        for part, color in ((taken & ~biased, TREATED), (taken & biased, CONTROL)):
            axes.plot(np.flatnonzero(part), np.full(part.sum(), line), "|", color=color, markersize=6.5)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [label for _, label, _ in rows], fontsize=7.5)
    axes.tick_params(axis="both", length=0, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    starts = [line for line in range(1, len(rows)) if rows[line][0] != rows[line - 1][0]]
    axes.hlines([line - 0.5 for line in starts], -1, len(curve), color="#d8d8d8", linewidth=0.7)
