"""How displays lie on paper: A4 across, widths of columns by what stands in them, tables too wide or too long in parts.

Belongs here: sizes, in inches and points. Does not belong here: a file format.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from orchestration.export.tables.displays import Groups, Table

MM = 1 / 25.4
WIDTH, HEIGHT = 297 * MM, 210 * MM
MARGIN, TOP, BOTTOM, EDGE = 15 * MM, 27 * MM, 18 * MM, 9 * MM
ACROSS = WIDTH - 2 * MARGIN
"""What the text may be wide."""
DEEP = 112 * MM
"""What a figure may be high, with its title and footnotes on the same page."""
FONT, EASTERN = "Arial", "Malgun Gothic"
SIZES = (8, 7)
"""Points of the letters of a table, from the one that is preferred on."""
PADDING = 0.2
"""Inches of a cell that its text does not have."""
NARROWEST = 0.6
"""Of the page, that a table is wide at least."""
POINTS = 72
LINE, ROW = 1.17, 2.0
"""Height of a line, by the size of its letters, and points of a row beside its lines."""
ROOM = (HEIGHT - TOP - BOTTOM) * POINTS * 0.96
"""Points for what stands on a page; whoever opens the file has other letters, perhaps, that are a little higher."""
_MEASURED = 100


@dataclass(frozen=True)
class Part:
    """A table, or some columns of it, as it lies on its pages: inches of each column, points of its letters."""

    table: Table
    widths: tuple[float, ...]
    points: int


def parts(table: Table) -> list[Part]:
    """The table in letters that its longest words allow, or, where not even the smallest do, in parts side by side."""
    for points in SIZES:
        if sum(_least(table, points)) <= ACROSS:
            return [Part(table, _widths(table, points), points)]
    smallest = SIZES[-1]
    return [Part(each, _widths(each, smallest), smallest) for each in _split(table, smallest)]


def pages(part: Part, over: float, notes: Sequence[str]) -> list[Part]:
    """The part in pages, for a format in which the heads of a table are not repeated by themselves.

    Args:
        part: of any length.
        over: points on each page that the titles take.
        notes: that stand below the last row.
    """
    below = sum(_height([note], [ACROSS], part.points) for note in notes)
    room = ROOM - over - _height(part.table.heads, part.widths, part.points) * (2 if part.table.spans else 1)
    made: list[list[tuple[str | None, list[tuple[str, ...]]]]] = [[]]
    used, name_height = 0.0, _height(("",), (ACROSS,), part.points)
    lines = [(name, row) for name, rows in part.table.groups for row in rows]
    for place, (name, row) in enumerate(lines):
        begins = not made[-1] or made[-1][-1][0] != name
        height = _height(row, part.widths, part.points) + (name_height if begins and name else 0)
        if made[-1] and used + height + (below if place + 1 == len(lines) else 0) > room:
            made.append([])
            begins, used = True, name_height if name and not begins else 0.0
        if begins:
            made[-1].append((name, []))
        made[-1][-1][1].append(row)
        used += height
    return [replace(part, table=replace(part.table, groups=_frozen(groups))) for groups in made]


def _frozen(groups: list[tuple[str | None, list[tuple[str, ...]]]]) -> Groups:
    return tuple((name, tuple(rows)) for name, rows in groups)


def _height(cells: Sequence[str], widths: Sequence[float], points: int) -> float:
    """Points of a row."""
    lines = max(_lines(cell, width, points) for cell, width in zip(cells, widths, strict=True))
    return lines * points * LINE + ROW


def _lines(text: str, width: float, points: int) -> int:
    """How many lines a text takes, broken between words."""
    room, space = (width - PADDING) * _MEASURED / points, _inches(" ")
    # A column as wide as its text has the text on one line.
    if _inches(text) <= room * (1 + 1e-6):
        return 1
    count, used = 1, 0.0
    for word in text.split(" "):
        needed = _inches(word)
        if used and used + space + needed > room:
            count, used = count + 1, 0.0
        # A word longer than the line is broken.
        count += int(needed // max(room, space))
        used += needed + (space if used else 0.0)
    return count


def _split(table: Table, points: int) -> Iterator[Table]:
    """Columns that fit beside the first one, those under one heading together; each part begins with the first."""
    least, first = _least(table, points), table.spans[:1] or (("", 1),)
    taken: list[tuple[str, list[int]]] = []
    for heading, columns in _headed(table):
        width = least[0] + sum(least[c] for _, those in taken for c in those) + sum(least[c] for c in columns)
        if taken and width > ACROSS:
            yield _part(table, first[0][0], taken)
            taken = []
        taken.append((heading, columns))
    yield _part(table, first[0][0], taken)


def _headed(table: Table) -> Iterator[tuple[str, list[int]]]:
    """Headings and their columns, but for the first column."""
    place = 0
    for heading, count in table.spans or [("", 1)] * len(table.heads):
        columns = [column for column in range(place, place + count) if column > 0]
        place += count
        if columns:
            yield heading, columns


def _part(table: Table, first: str, taken: Sequence[tuple[str, list[int]]]) -> Table:
    spans = ((first, 1), *((heading, len(columns)) for heading, columns in taken)) if table.spans else ()
    return table.of_columns(spans, (0, *(column for _, columns in taken for column in columns)))


def _least(table: Table, points: int) -> list[float]:
    """The longest word of each column."""
    return [
        _longest((word for text in texts for word in text.split(" ")), points) for texts in _columns(table)
    ]


def _widths(table: Table, points: int) -> tuple[float, ...]:
    """Widths of which every column has what it needs, or its longest word, or as much as the widest others."""
    least, whole = _least(table, points), [_longest(texts, points) for texts in _columns(table)]
    if sum(whole) <= ACROSS:
        stretch = max(1.0, NARROWEST * ACROSS / sum(whole))
        return tuple(width * stretch for width in whole)
    low, high = 0.0, max(whole)
    for _ in range(40):
        cap = (low + high) / 2
        widths = [min(need, max(word, cap)) for word, need in zip(least, whole, strict=True)]
        low, high = (cap, high) if sum(widths) <= ACROSS else (low, cap)
    fitting = ACROSS / sum(widths)
    return tuple(width * min(1.0, fitting) for width in widths)


def _columns(table: Table) -> Iterator[list[str]]:
    """Head and cells of each column."""
    for column, head in enumerate(table.heads):
        yield [head, *(row[column] for _, rows in table.groups for row in rows)]


def _longest(texts: Iterator[str] | Sequence[str], points: int) -> float:
    return PADDING + max(map(_inches, texts), default=0.0) * points / _MEASURED


@cache
def _inches(text: str) -> float:
    """Width of a text in letters of a hundred points."""
    from rtflite import get_string_width

    return float(get_string_width(text, font="Arial", font_size=_MEASURED)) if text else 0.0
