"""A figure on the page, or the sentence that stands for one that cannot be drawn: a picture ends no report.

Does not belong here: how a figure is drawn (`figures`), and which there are (`sections`).
"""

from collections.abc import Callable

from markupsafe import Markup

from analytics.gaps import FAILED, Gap, defect
from analytics.report.markup import absent, picture
from analytics.report.material import Material


def figure(
    material: Material,
    title: str,
    draw: Callable[..., str | None],
    note: str = "",
    *,
    nothing: str = "",
    narrow: bool = False,
) -> Markup:
    """The figure with its caption.

    Args:
        material: keeps what could not be drawn, in `undrawn`.
        title: of the caption.
        draw: gives the figure as SVG, or None where there is nothing to draw.
        note: of the caption.
        nothing: the sentence for nothing to draw.
        narrow: draw it for narrow screens as well; `draw` takes `narrow=True`.
    """
    try:
        svg = draw()
        twin = draw(narrow=True) if narrow else None
    except Exception as error:
        reason = f"not drawn: {defect(error)}"
        material.undrawn.append(Gap(FAILED, f"figure: {title.rstrip('.')}", reason))
        return absent(f"{title.rstrip('.')}: {reason}")
    return absent(nothing) if svg is None else picture(svg, title, material.mark, note, narrow=twin)
