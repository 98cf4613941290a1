"""Propensity scores of both arms as mirrored histograms: aggregated, bins of few subjects drawn open at a fixed height."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.report.disclosure import Disclosure
from analytics.report.figures.hover import across
from analytics.report.figures.style import CONTROL, GREY, TREATED, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = np.linspace(0, 1, 26)


def overlap(
    name: str,
    scores: pd.DataFrame,
    arms: tuple[str, str],
    disclosure: Disclosure,
    *,
    title: str,
    description: str,
    mark: str | None,
) -> str | None:
    """Draw `propensity_score`, each subject's score averaged over imputations; None where there is no score.

    Args:
        name: id on the page.
        scores: usubjid, treated, propensity; a row per imputation and subject.
        arms: labels of treated and control.
        disclosure: smallest count whose height is drawn.
        title, description, mark: as in `render`.
    """
    if scores.empty or scores["propensity"].isna().all():
        return None
    mean = scores.groupby(["usubjid", "treated"], as_index=False)["propensity"].mean()

    def paint(figure: "Figure") -> None:
        axes = figure.add_axes((0.10, 0.16, 0.86, 0.76))
        told = [f"score {start:.2f} to {end:.2f}" for start, end in pairwise(BINS)]
        for value, sign, color in ((1, 1, TREATED), (0, -1, CONTROL)):
            counts, _ = np.histogram(mean.loc[mean["treated"] == value, "propensity"], BINS)
            _bars(axes, counts, sign, color, disclosure)
            told = [
                f"{text}\n{arms[1 - value]}: {disclosure.count(n)}"
                for text, n in zip(told, counts, strict=True)
            ]
        _frame(axes, arms)
        across(axes, zip(BINS[:-1], BINS[1:], told, strict=True))

    return render(name, (8.4, 3.2), paint, title=title, description=description, mark=mark)


def _bars(axes: "Axes", counts: np.ndarray, sign: int, color: str, disclosure: Disclosure) -> None:
    total = max(disclosure.bands(counts).sum(), 1.0)
    width = BINS[1] - BINS[0]
    few = np.array([disclosure.small(count) for count in counts])
    full, share = (counts > 0) & ~few, disclosure.bands(counts) / total
    axes.bar(BINS[:-1][full], sign * share[full], width * 0.94, align="edge", color=color, alpha=0.85)
    if few.any():
        # All small bins have one height, so that none can be read off.
        height = sign * (disclosure.threshold or 1) / 2 / total
        axes.bar(
            BINS[:-1][few],
            height,
            width * 0.94,
            align="edge",
            facecolor="none",
            edgecolor=color,
            linestyle=":",
        )


def _frame(axes: "Axes", arms: tuple[str, str]) -> None:
    axes.axhline(0, color="#444444", linewidth=0.8)
    axes.set_xlim(0, 1)
    low, high = axes.get_ylim()
    reach = max(-low, high)
    axes.set_ylim(-reach * 1.12, reach * 1.12)
    ticks = [tick for tick in axes.get_yticks() if abs(tick) <= reach * 1.12]
    axes.set_yticks(ticks, [f"{abs(100 * tick):.0f} %" for tick in ticks])
    axes.set_xlabel("Estimated probability of being in the treated arm")
    axes.set_ylabel("Share of the arm")
    for place, arm, color in ((0.96, arms[0], TREATED), (0.04, arms[1], CONTROL)):
        axes.text(
            0.99, place, arm, transform=axes.transAxes, ha="right", va="center", color=color, weight="bold"
        )
    axes.grid(axis="y", color="#ececec", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", labelcolor=GREY)
