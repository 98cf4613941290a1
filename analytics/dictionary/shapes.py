"""Pieces of a picture as SVG: boxes of tables that are links, lines, and the frame around them.

Colours come from the page's style, so that a picture is light or dark as the page is. Does not belong here: what is where.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from analytics.dictionary.contents import Table

LETTER = 6.7
"""Width of a letter of the pictures' type, in pixels."""
HEAD, ROW, PAD = 22, 15, 5
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A table at its place: name as shown, and rows of columns with whether they are part of the key."""

    table: str
    label: str
    rows: tuple[tuple[str, bool], ...]
    x: float
    y: float
    width: float

    @property
    def height(self) -> float:
        """With its rows."""
        return height_of(len(self.rows))

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """Half its height."""
        return self.y + self.height / 2

    def row_at(self, column: str) -> float:
        """Height of the line of a column; of the head where it has no line."""
        for place, (name, _) in enumerate(self.rows):
            if name.lower() == column.lower():
                return self.y + HEAD + ROW * (place + 0.5)
        return self.y + HEAD / 2

    def drawn(self) -> Markup:
        """As SVG."""
        schema = self.table.partition(".")[0]
        lines = [
            Markup('<rect class="box" x="{}" y="{}" width="{}" height="{}" rx="3"/>').format(
                *map(number, (self.x, self.y, self.width, self.height))
            ),
            Markup('<rect class="head of-{}" x="{}" y="{}" width="{}" height="{}" rx="3"/>').format(
                schema, *map(number, (self.x, self.y, self.width, HEAD))
            ),
            _text(self.x + 8, self.y + 15, self.label, "name"),
        ]
        for place, (name, is_key) in enumerate(self.rows):
            at = self.y + HEAD + ROW * (place + 0.5) + 4
            lines.append(_text(self.x + 8, at, name, "in-key" if is_key else ""))
        return Markup('<a href="#{}">{}</a>').format(self.table, Markup("").join(lines))


def height_of(n_row: int) -> float:
    """Height of a box with so many rows."""
    return HEAD + ROW * n_row + (PAD if n_row else 0)


def width_of(label: str) -> float:
    """Width of a box that holds a text."""
    return round(len(label) * LETTER + 18)


def rows_of(table: Table, leading: Iterable[str] = ()) -> tuple[tuple[str, bool], ...]:
    """Columns of its key, then others that lead elsewhere."""
    own = {name.lower() for name in table.key}
    others = dict.fromkeys(table.column(name) for name in leading if name.lower() not in own)
    return (*((name, True) for name in table.key), *((name, False) for name in others))


def line(points: Iterable[Point], kind: str = "") -> Markup:
    """A line along points."""
    path = " ".join(f"{'L' if place else 'M'}{number(x)} {number(y)}" for place, (x, y) in enumerate(points))
    return Markup('<path class="line {}" d="{}"/>').format(kind, path)


def curve(start: Point, end: Point, kind: str = "") -> Markup:
    """A line from one side to the other."""
    half = (start[0] + end[0]) / 2
    points = [start, (half, start[1]), (half, end[1]), end]
    first, *others = (f"{number(x)} {number(y)}" for x, y in points)
    return Markup('<path class="line {}" d="M{} C{}"/>').format(kind, first, " ".join(others))


def arrow(tip: Point, kind: str = "") -> Markup:
    """The head of an arrow that points to the left."""
    (x, y) = map(number, tip)
    return Markup('<path class="tip {}" d="M{} {} l8 -4 v8 z"/>').format(kind, x, y)


def many(edge: Point, kind: str = "") -> Markup:
    """The mark of many rows, at the left edge of a box."""
    x, y = edge
    return line([(x, y - 5), (x - 9, y), (x, y + 5)], kind)


def dot(at: Point, kind: str = "") -> Markup:
    """Where lines meet."""
    return Markup('<circle class="tip {}" cx="{}" cy="{}" r="2.6"/>').format(kind, *map(number, at))


def picture(parts: Iterable[Markup], width: float, height: float, title: str) -> Markup:
    """A whole picture under a title for those who do not see it."""
    size = " ".join(map(number, (0, 0, width, height)))
    return Markup(
        '<svg class="tables" viewBox="{}" width="{}" height="{}" role="group" aria-label="{}">{}</svg>'
    ).format(size, number(width), number(height), title, Markup("\n").join(parts))


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text x="{}" y="{}" class="{}">{}</text>').format(number(x), number(y), kind, text)


def number(value: float) -> str:
    """A length as text, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")
