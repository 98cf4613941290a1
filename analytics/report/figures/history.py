"""The headline of every data cut so far, with its interval: one small figure."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.report.figures.hover import across
from analytics.report.figures.style import GREY, INK, NARROW, TREATED, narrow_name, render
from analytics.report.numbers import ratio_with_limits

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = (8.4, 1.0)
MOST_LABELS = 8
TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)


def estimate_history(
    name: str, rows: pd.DataFrame, *, title: str, description: str, mark: str | None, narrow: bool = False
) -> str | None:
    """Draw `estimate_history` of one endpoint and specification, a point for each data cut.

    Args:
        name: id on the page.
        rows: data_cut, estimate, ci_lower, ci_upper, in their order.
        title, description, mark: as in `render`.
        narrow: for narrow screens.

    Returns:
        SVG, or None where no estimate is known.
    """
    place = np.arange(len(rows))
    values = rows[["estimate", "ci_lower", "ci_upper"]].astype(float).to_numpy()
    known = np.isfinite(values[:, 0]) & (values[:, 0] > 0)
    if not known.any():
        return None

    def paint(figure: "Figure") -> None:
        axes = figure.add_axes((0.16, 0.27, 0.8, 0.68) if narrow else (0.08, 0.27, 0.9, 0.68))
        axes.set_yscale("log")
        axes.axhline(1, color=GREY, linewidth=0.9, linestyle=(0, (3, 2)))
        between = known & np.isfinite(values).all(axis=1) & (values > 0).all(axis=1)
        axes.vlines(place[between], values[between, 1], values[between, 2], color=TREATED, linewidth=1.4)
        axes.plot(place[known], values[known, 0], "o-", color=TREATED, markersize=4, linewidth=0.9)
        drawn = np.concatenate([values[between].ravel(), values[known, 0], [0.95, 1.05]])
        low, high = drawn.min() / 1.08, drawn.max() * 1.08
        axes.set_ylim(low, high)
        axes.minorticks_off()
        ticks = [tick for tick in TICKS if low <= tick <= high]
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        step = -(-len(rows) // (MOST_LABELS // 3 if narrow else MOST_LABELS))
        labelled = place[::-1][::step][::-1]
        axes.set_xticks(labelled, [str(rows["data_cut"].iloc[at]) for at in labelled])
        axes.set_xlim(-0.5, len(rows) - 0.5)
        axes.set_ylabel("Hazard ratio", color=INK, fontsize=7 if narrow else None)
        across(axes, ((at - 0.5, at + 0.5, _told(rows.iloc[at])) for at in place))

    size = (NARROW, 0.95) if narrow else SIZE
    return render(narrow_name(name, narrow), size, paint, title=title, description=description, mark=mark)


def _told(row: pd.Series) -> str:
    return f"{row['data_cut']}: {ratio_with_limits(row['estimate'], row['ci_lower'], row['ci_upper'])}"
