"""Values that a figure tells where a pointer rests: strips that are not seen, each with its words; no script is needed.

Does not belong here: which values (the figures). What is told is what is drawn, no more exactly.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Matplotlib writes the id of an artist as that of a group; what is written in it becomes the group's title.
_MARK = "hover:"
_GROUP = re.compile(rf'<g id="{_MARK}([^"]*)">')
_TITLED = re.compile(r'<g class="hover">.*?</g>', re.DOTALL)


def across(axes: "Axes", strips: Iterable[tuple[float, float, str]]) -> None:
    """Strips from the bottom to the top of a figure, once its limits are set: from, to, words."""
    for start, end, words in strips:
        axes.axvspan(start, end, facecolor="none", edgecolor="none", gid=f"{_MARK}{words}")


def along(axes: "Axes", strips: Iterable[tuple[float, float, str]]) -> None:
    """Strips from the left to the right."""
    for start, end, words in strips:
        axes.axhspan(start, end, facecolor="none", edgecolor="none", gid=f"{_MARK}{words}")


def titled(svg: str) -> str:
    """The figure as written by matplotlib, with the words of its strips as their titles."""
    return _GROUP.sub(r'<g class="hover"><title>\1</title>', svg)


def without_hover(svg: str) -> str:
    """The figure where nothing can rest on it."""
    return _TITLED.sub("", svg)
