"""Figures of a page as pictures for paper: from SVG to PNG, with the letters that they were laid out in.

Does not belong here: drawing a figure (`analytics.report.figures`).
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.export.tables.paper import ACROSS, DEEP

DPI = 220
LARGEST = 1.5
"""How many times its own size a figure is shown."""
POINTS = 72
FONT = "DejaVu Sans"
BOX = re.compile(r'viewBox="[\d.-]+ [\d.-]+ (?P<width>[\d.]+) (?P<height>[\d.]+)"')
_WORDS = re.compile(r">([^<]+)<")


@dataclass(frozen=True)
class Picture:
    """PNG and its size on paper, in inches."""

    png: bytes
    width: float
    height: float


@cache
def picture(svg: str) -> Picture:
    """Draw a figure as large as a page lets it be; once, in however many documents of a run it stands.

    Raises:
        ValueError: the drawing has no size.
    """
    from resvg_py import svg_to_bytes

    box = BOX.search(svg)
    if box is None:
        raise ValueError("a figure of the report has no size")
    own = float(box["width"]) / POINTS, float(box["height"]) / POINTS
    scale = min(LARGEST, ACROSS / own[0], DEEP / own[1])
    width, height = scale * own[0], scale * own[1]
    png = svg_to_bytes(
        svg_string=svg, width=round(width * DPI), height=round(height * DPI), background="#ffffff",
        font_files=[str(file) for file in _fonts()], font_family=FONT, sans_serif_family=FONT,
        skip_system_fonts=not _other_letters(svg),
    )  # fmt: skip
    return Picture(bytes(png), width, height)


def _fonts() -> tuple[Path, ...]:
    """Of matplotlib, which drew the figures: the same pictures on every machine."""
    from matplotlib import get_data_path

    folder = Path(get_data_path()) / "fonts" / "ttf"
    return folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"


def _other_letters(svg: str) -> bool:
    """Whether a word has letters, of Korean for one, that only the fonts of the machine have."""
    letters = {ord(letter) for words in _WORDS.findall(svg) for letter in words if letter > " "}
    return not letters <= _drawn()


@cache
def _drawn() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(_fonts()[0])).get_charmap())
