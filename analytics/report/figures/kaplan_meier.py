"""Kaplan–Meier curves of two arms, or cumulative incidence, with intervals and numbers at risk.

One estimand a figure: crude, matched and weighted curves are never drawn together.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.report.disclosure import ROUNDING, Disclosure
from analytics.report.figures.hover import across
from analytics.report.figures.style import (
    ARMS,
    GREY,
    NARROW,
    legend_label,
    narrow_name,
    reference_line,
    render,
)
from analytics.report.numbers import DAYS_PER_MONTH, milestone, missing, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_MONTHS = 144  # of a scale with a tick a year
LINE_HEIGHT = 0.004  # of the whole scale: about a line's width at this size
TOPS = (0.08, 0.2, 0.4, 0.6)  # of scales with four equal parts of whole per cent
DOTTED = (0, (1, 1.3))


@dataclass(frozen=True)
class Layout:
    """Where things stand, in shares of the figure.

    Attributes:
        size: inches.
        axes: left, bottom, width and height.
        lead: height of the words above the numbers at risk.
        names, numbers: heights of the arms' names and of their numbers.
        most_ticks: of the scale of time.
    """

    size: tuple[float, float]
    axes: tuple[float, float, float, float]
    lead: float
    names: tuple[float, float]
    numbers: tuple[float, float]
    most_ticks: int


BROAD = Layout((8.4, 4.5), (0.20, 0.30, 0.76, 0.63), 0.145, (0.085, 0.025), (0.085, 0.025), 99)
SLIM = Layout((NARROW, 4.6), (0.20, 0.40, 0.76, 0.54), 0.265, (0.215, 0.105), (0.165, 0.055), 6)


def kaplan_meier(
    name: str,
    curves: pd.DataFrame,
    arms: tuple[str, str],
    disclosure: Disclosure,
    *,
    title: str,
    description: str,
    mark: str | None,
    horizon_days: float | None = None,
    weighted: bool = False,
    free: str = "Free of the event",
    incidence: bool = False,
    fitted: pd.DataFrame | None = None,
    fitted_label: str = "",
    narrow: bool = False,
) -> str | None:
    """Draw `survival_curve` rows of one specification and endpoint.

    Args:
        name: id on the page.
        curves: arm, time_days, n_risk, n_censor, survival, ci_lower, ci_upper.
        arms: labels of treated and control.
        disclosure: where a curve ends and how numbers at risk are shown.
        title, description, mark: as in `render`.
        horizon_days: pre-specified horizon, drawn as a line.
        weighted: numbers at risk are weighted ones.
        free: what those are who are counted, for the scale.
        incidence: draw one minus survival, who had the event, as where others compete with it.
        fitted: arm, time_days, survival by a model, dotted over the observed curves.
        fitted_label: what the model is called.
        narrow: for narrow screens.

    Returns:
        SVG, or None where no arm has a curve to draw.
    """
    curves = as_incidence(curves) if incidence else curves
    shown = {arm: drawn_part(curves[curves["arm"] == arm], disclosure) for arm in arms}
    shown = {arm: curve for arm, curve in shown.items() if len(curve) > 1}
    if not shown:
        return None
    top = _top(shown.values()) if incidence else 1.0
    end = max(float(curve["time_days"].max()) for curve in shown.values()) / DAYS_PER_MONTH
    layout, ticks = SLIM if narrow else BROAD, month_ticks(end)
    ticks = ticks[:: -(-len(ticks) // layout.most_ticks)]
    # Beyond it there is nothing to compare with.
    common = min(float(curve["time_days"].max()) for curve in shown.values()) if len(shown) > 1 else math.inf

    def paint(figure: "Figure") -> None:
        axes = figure.add_axes(layout.axes)
        for arm, look in zip(arms, ARMS, strict=True):
            if arm in shown:
                _curve(axes, shown[arm], arm, look, common, top)
                if disclosure.threshold is None:
                    _censored(axes, shown[arm], look[0])
                if fitted is not None:
                    days, height = over_observed(fitted[fitted["arm"] == arm], shown[arm])
                    axes.plot(days / DAYS_PER_MONTH, height, color=look[0], linestyle=DOTTED, linewidth=1.1)
        if fitted is not None:
            axes.plot([], [], color=GREY, linestyle=DOTTED, linewidth=1.1, label=legend_label(fitted_label))
        _frame(axes, end, ticks, horizon_days, free, top)
        axes.legend(loc="upper left" if incidence else "lower left", handlelength=2.6)
        if not narrow:
            across(axes, _values(shown, end, disclosure))
        _numbers_at_risk(figure, axes, curves, arms, ticks, disclosure, layout, weighted=weighted)

    return render(
        narrow_name(name, narrow), layout.size, paint, title=title, description=description, mark=mark
    )


def as_incidence(curves: pd.DataFrame) -> pd.DataFrame:
    """`survival_curve` rows whose survival and limits are one minus what they were."""
    columns = {"survival": "survival", "ci_lower": "ci_upper", "ci_upper": "ci_lower"}
    return curves.assign(**{name: 1 - curves[of].astype(float) for name, of in columns.items()})


def _top(curves: Iterable[pd.DataFrame]) -> float:
    """Height of a scale that begins at 0 and holds the curves with their limits."""
    highest = max(float(curve[["survival", "ci_upper"]].astype(float).max().max()) for curve in curves)
    return next((top for top in TOPS if highest <= top), 1.0)


def drawn_part(curve: pd.DataFrame, disclosure: Disclosure) -> pd.DataFrame:
    """The rows of a curve at which enough are at risk."""
    ordered = curve.sort_values("time_days", kind="stable")
    return ordered[ordered["n_risk"] >= disclosure.curve_min_at_risk]


def seen_steps(curve: pd.DataFrame, top: float) -> pd.DataFrame:
    """The rows at which something moves by more than the line's own width, and the last; the others cannot be seen."""
    heights = (curve[["survival", "ci_lower", "ci_upper"]].astype(float) / (LINE_HEIGHT * top)).round()
    moved = heights.ne(heights.shift()).any(axis=1)
    moved.iloc[-1] = True
    return curve[moved.to_numpy()]


def month_ticks(end: float) -> np.ndarray:
    """Ticks every 3, 6 or 12 months up to the end of the curves, or every few years: no more than are read."""
    step = 3 if end <= 24 else (6 if end <= 66 else 12 * math.ceil(end / MOST_MONTHS))
    return np.arange(0, end + 1e-9, step)


def _curve(axes: "Axes", curve: pd.DataFrame, arm: str, look: tuple, common: float, top: float) -> None:
    """One arm, faint where the other is not followed any more."""
    color, line = look
    label: str | None = legend_label(arm)
    for part, strength in ((up_to(curve, common), 1.0), (from_then_on(curve, common), 0.35)):
        if len(part) < 2:
            continue
        seen = seen_steps(part, top)
        month = seen["time_days"].to_numpy(float) / DAYS_PER_MONTH
        lower, upper = (
            seen[c].astype(float).fillna(seen["survival"]).to_numpy() for c in ("ci_lower", "ci_upper")
        )
        axes.fill_between(month, lower, upper, step="post", color=color, alpha=0.16 * strength, linewidth=0)
        height = seen["survival"].to_numpy(float)
        axes.step(month, height, where="post", color=color, linestyle=line, alpha=strength, label=label)
        label = None


def up_to(curve: pd.DataFrame, days: float) -> pd.DataFrame:
    """A curve as far as a day, with the height it has there."""
    before = curve[curve["time_days"] <= days]
    if len(before) == len(curve) or before.empty:
        return before
    return pd.concat([before, before.tail(1).assign(time_days=days)], ignore_index=True)


def from_then_on(curve: pd.DataFrame, days: float) -> pd.DataFrame:
    """A curve from a day on, with the height it has there; nothing where it ends before."""
    after = curve[curve["time_days"] > days]
    if after.empty or len(after) == len(curve):
        return after
    return pd.concat(
        [curve[curve["time_days"] <= days].tail(1).assign(time_days=days), after], ignore_index=True
    )


def _values(
    shown: Mapping[str, pd.DataFrame], end: float, disclosure: Disclosure
) -> Iterator[tuple[float, float, str]]:
    """Both curves a month, as far as they are drawn."""
    for month in range(math.ceil(end)):
        told = (_height(arm, curve, month * DAYS_PER_MONTH, disclosure) for arm, curve in shown.items())
        yield max(month - 0.5, 0), month + 0.5, "\n".join([f"{month} months", *told])


def _height(arm: str, curve: pd.DataFrame, days: float, disclosure: Disclosure) -> str:
    before = curve[curve["time_days"] <= days + ROUNDING]
    if before.empty or days > float(curve["time_days"].max()) + ROUNDING:
        few = disclosure.curve_min_at_risk
        return f"{arm}: not followed" if few <= 1 else f"{arm}: fewer than {few} followed"
    row = before.iloc[-1]
    height, lower, upper = (percent(row[c], disclosure.digits) for c in ("survival", "ci_lower", "ci_upper"))
    return f"{arm}: {height}" + ("" if missing(row["ci_lower"]) else f" ({lower} to {upper})")


def _censored(axes: "Axes", curve: pd.DataFrame, color: str) -> None:
    """A mark where somebody's follow-up ends; each is a person's, and in no public edition."""
    rows = curve[curve["n_censor"] > 0]
    months = rows["time_days"].to_numpy(float) / DAYS_PER_MONTH
    axes.plot(months, rows["survival"].to_numpy(float), "|", color=color, markersize=5, markeredgewidth=0.7)


def over_observed(curve: pd.DataFrame, observed: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Days and survival of a model's curve as far as the observed one is drawn, from the same height on."""
    days, survival = curve["time_days"].to_numpy(float), curve["survival"].to_numpy(float)
    if not len(days):
        return days, survival
    first, last = (float(observed["time_days"].iloc[row]) for row in (0, -1))
    at = np.concatenate([[first], days[(days > first) & (days < last)], [last]])
    height = np.interp(at, days, survival)
    return at, height * float(observed["survival"].iloc[0]) / height[0]


def _frame(
    axes: "Axes", end: float, ticks: np.ndarray, horizon_days: float | None, free: str, top: float
) -> None:
    axes.set_xlim(0, end * 1.01)
    axes.set_ylim(0, 1.02 * top)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    heights = np.linspace(0, top, 5)
    axes.set_yticks(heights, [percent(height, 0) for height in heights])
    axes.grid(axis="y", color="#e3e3e3", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("Months (30.4375 days) since time zero")
    axes.set_ylabel(free)
    if horizon_days and horizon_days / DAYS_PER_MONTH < end:
        reference_line(axes, horizon_days / DAYS_PER_MONTH, f"horizon, {milestone(horizon_days)}")


def at_risk(curve: pd.DataFrame, days: float) -> float:
    """Number at risk just before a time: that of the first row at or after it, 0 after the last."""
    later = curve[curve["time_days"] >= days - ROUNDING].sort_values("time_days", kind="stable")
    return float(later["n_risk"].iloc[0]) if len(later) else 0.0


def _numbers_at_risk(
    figure: "Figure",
    axes: "Axes",
    curves: pd.DataFrame,
    arms: tuple[str, str],
    ticks: np.ndarray,
    disclosure: Disclosure,
    layout: Layout,
    *,
    weighted: bool,
) -> None:
    from matplotlib.transforms import blended_transform_factory

    across = blended_transform_factory(axes.transData, figure.transFigure)
    lead = "Weighted number at risk" if weighted else "Number at risk"
    figure.text(0.012, layout.lead, lead, fontsize=8, color=GREY, weight="bold")
    for arm, look, name, height in zip(arms, ARMS, layout.names, layout.numbers, strict=True):
        figure.text(0.012, name, arm, fontsize=8.5, color=look[0], weight="bold")
        curve = curves[curves["arm"] == arm]
        for tick in ticks:
            number = disclosure.count(at_risk(curve, tick * DAYS_PER_MONTH)) if len(curve) else "–"
            axes.text(tick, height, number, transform=across, ha="center", fontsize=8.5)
