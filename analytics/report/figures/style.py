"""How every figure looks, and how it becomes text: vector, deterministic, colour-blind-safe, with a text alternative.

Colours are those of Okabe and Ito; arms also differ by line and marker, so that no meaning hangs on colour alone.
"""

import io
import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from analytics.report.figures.hover import titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TREATED, CONTROL = "#0072B2", "#C05400"
ARMS: tuple[tuple[str, Any], ...] = ((TREATED, "-"), (CONTROL, (0, (5, 1.6))))
"""Colour and line of treated and control."""
GREEN, PURPLE, SKY, ORANGE, INK, GREY = "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#222222", "#6b6b6b"
RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    # Labels are text of a protocol or a delivery: a dollar sign is one.
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#444444",
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "path.simplify": True,
}
FONTS = "font-family: 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_NUMBER, _TAG = re.compile(r"-?\d+\.\d{3,}"), re.compile(r"<[^>]*>")


def render(
    name: str,
    size: tuple[float, float],
    paint: Callable[["Figure"], None],
    *,
    title: str,
    description: str,
    mark: str | None,
) -> str:
    """Draw a figure as SVG text.

    Args:
        name: unique on its page; prefixes the ids inside.
        size: inches.
        paint: draws on an empty figure.
        title, description: the text alternative.
        mark: written across the figure; None for genuine data.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(RC | {"svg.hashsalt": name}):
        figure = Figure(figsize=size)
        paint(figure)
        if mark:
            _stamp(figure, mark)
        target = io.StringIO()
        figure.savefig(
            target, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return accessible(_compact(titled(target.getvalue())), name, title, description)


NARROW = 3.7
"""Inches across of a figure for narrow screens, on which its letters stay as large as the text."""


def narrow_name(name: str, narrow: bool) -> str:
    """The id of a figure, or of its narrow twin on the same page."""
    return f"{name}-narrow" if narrow else name


def _stamp(figure: "Figure", mark: str) -> None:
    size = min(44, 24 * figure.get_figheight())
    figure.text(
        0.5, 0.52, mark, fontsize=size, color="#888888", alpha=0.13, ha="center", va="center", rotation=24, weight="bold",
        zorder=0,
    )  # fmt: skip
    figure.text(0.995, 0.985, mark, fontsize=8, color="#A32A00", ha="right", va="top", weight="bold")


def _compact(svg: str) -> str:
    """Shorter, and without what an inline figure does not need: two decimals of a point are finer than print."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    used = set(re.findall(r"#([\w.-]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda found: found.group() if found.group(1) in used else "", svg)
    svg = _TAG.sub(lambda tag: _NUMBER.sub(_rounded, tag.group()), svg)
    svg = svg.replace("font-family: 'DejaVu Sans', sans-serif", FONTS)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", svg)
    return re.sub(r">\s+<", "><", re.sub(r"\n\s*", "\n", svg))


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number.group()):.2f}".rstrip("0").rstrip(".")


def accessible(svg: str, name: str, title: str, description: str) -> str:
    """Give an SVG its title and description, and let its size follow the page."""
    head, _, rest = svg.partition(">")
    box = re.search(r'viewBox="[^"]+"', head)
    width = re.search(r'width="([\d.]+)', head)
    assert box is not None
    assert width is not None
    words = (
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {box.group()} role="img" '
        f'aria-labelledby="{name}-title {name}-desc" style="width:100%;max-width:{1.42 * float(width.group(1)):.0f}px">'
        f"{words}{rest}"
    )


def legend_label(text: str) -> str:
    """A name for a legend, which leaves out what begins with an underscore."""
    return f" {text}" if text.startswith("_") else text


def reference_line(axes: "Axes", at: float, text: str = "") -> None:
    """A thin vertical line with an optional word at its top."""
    axes.axvline(at, color=GREY, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
    if text:
        axes.text(
            at,
            1.01,
            text,
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="bottom",
            fontsize=7.5,
            color=GREY,
        )
