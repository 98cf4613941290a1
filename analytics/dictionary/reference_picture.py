"""The picture of references: tables in columns, each to the right of those its columns lead to.

Lines to one table run together: a table's own short line meets the upright of its target in the gap left of it, and what
passes a column runs above it. So nothing crosses a box, however many tables refer to one.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from markupsafe import Markup

from analytics.dictionary.contents import Dictionary, Reference
from analytics.dictionary.shapes import (
    Box,
    arrow,
    dot,
    height_of,
    line,
    many,
    picture,
    rows_of,
    width_of,
)

EDGE, SPACE, LANE, FIRST_LANE = 12, 12, 14, 24


def reference_picture(dictionary: Dictionary) -> Markup | None:
    """The picture; none where no column leads anywhere."""
    if not dictionary.references:
        return None
    ranks = _ranks(dictionary)
    # A reference in a circle, or of a table to itself, is told in words alone.
    forward = (each for each in dictionary.references if ranks[each.table] > ranks[each.refers_to])
    dictionary = replace(dictionary, references=tuple(forward))
    targets = sorted({each.refers_to for each in dictionary.references}, key=lambda name: (ranks[name], name))
    places = _Places(dictionary, ranks, targets)
    parts = [part for place, target in enumerate(targets) for part in _lines(places, target, place)]
    parts += [box.drawn() for box in places.boxes.values()]
    bottom = max(box.y + box.height for box in places.boxes.values()) + EDGE
    right = max(box.right for box in places.boxes.values()) + EDGE
    return picture(parts, right, bottom, "Tables whose columns lead to other tables")


def _ranks(dictionary: Dictionary) -> dict[str, int]:
    """Column of every table in the picture: one further than anything its columns lead to."""
    ranks = {name: 0 for each in dictionary.references for name in (each.table, each.refers_to)}
    # As many times as there are tables, should they ever lead in a circle.
    for _ in ranks:
        for each in dictionary.references:
            if each.table != each.refers_to:
                ranks[each.table] = max(ranks[each.table], min(ranks[each.refers_to] + 1, len(ranks)))
    used = sorted(set(ranks.values()))
    return {name: used.index(rank) for name, rank in ranks.items()}


class _Places:
    """Where boxes, uprights and lanes are."""

    def __init__(self, dictionary: Dictionary, ranks: dict[str, int], targets: list[str]) -> None:
        self.dictionary, self.ranks, self.targets = dictionary, ranks, targets
        shown = [name for table in dictionary.tables for name in [table.name] if name in ranks]
        order = [table.name for tables in dictionary.schemas.values() for table in tables]
        shown.sort(key=order.index)
        columns: dict[int, list[str]] = defaultdict(list)
        for name in shown:
            columns[ranks[name]].append(name)
        self.columns = [columns[rank] for rank in sorted(columns)]
        widths = [max(map(width_of, names)) for names in self.columns]
        self.gap = SPACE * (len(targets) + 3)
        self.lefts = [EDGE + sum(widths[:place]) + self.gap * place for place in range(len(widths))]
        self.top = FIRST_LANE + LANE * sum(1 for name in targets if self._passes(name))
        self.boxes: dict[str, Box] = {}
        for place in reversed(range(len(self.columns))):
            self._fill(place, widths[place])

    def _passes(self, target: str) -> bool:
        return any(self.ranks[each.table] > self.ranks[target] + 1 for each in self.dictionary.led_to(target))

    def _fill(self, place: int, width: float) -> None:
        """Boxes from the top; what others lead to no higher than half of them."""
        below = float(self.top)
        for name in self.columns[place]:
            table = self.dictionary.by_name[name]
            leading = [column for each in self.dictionary.leads(name) for column in each.columns]
            rows = rows_of(table, leading)
            heights = [
                self.boxes[each.table].middle
                for each in self.dictionary.led_to(name)
                if each.table in self.boxes
            ]
            wanted = 0.0
            if heights and place == 0:
                wanted = (min(heights) + max(heights) - height_of(len(rows))) / 2
            box = Box(name, name, rows, self.lefts[place], max(below, wanted), width)
            self.boxes[name] = box
            below = box.y + box.height + SPACE

    def upright(self, target: str, gutter: int) -> float:
        """Where the upright of a target is in the gap left of a column."""
        return self.lefts[gutter] - SPACE * (2 + self.targets.index(target))

    def port(self, reference: Reference) -> float:
        """Height at which a reference leaves its table: that of its column, each a little apart."""
        same = [each for each in self.dictionary.leads(reference.table) if _alike(each, reference)]
        shift = 6 * (same.index(reference) - (len(same) - 1) / 2)
        return self.boxes[reference.table].row_at(reference.columns[0]) + shift


def _alike(one: Reference, other: Reference) -> bool:
    return one.columns[0].lower() == other.columns[0].lower()


def _lines(places: _Places, target: str, number: int) -> Iterator[Markup]:
    """All lines to a target."""
    kind, end = f"to-{number % 4}", places.boxes[target]
    tip = (end.right, end.row_at(places.dictionary.by_name[target].key[0] if end.rows else ""))
    heights: dict[int, list[float]] = defaultdict(list)
    for each in places.dictionary.led_to(target):
        gutter, at, left = places.ranks[each.table], places.port(each), places.boxes[each.table].x
        upright = places.upright(target, gutter)
        yield line([(left, at), (upright, at)], kind)
        if len(places.dictionary.led_to(target)) > 1:
            yield dot((upright, at), kind)
        own = {name.lower() for name in places.dictionary.by_name[each.table].key}
        if own != {name.lower() for name in each.columns}:
            yield many((left, at), kind)
        heights[gutter].append(at)
    first = places.ranks[target] + 1
    gutters = sorted({first, *heights})
    if len(gutters) > 1:
        lane = FIRST_LANE / 2 + LANE * places.targets.index(target)
        yield line(
            [(places.upright(target, gutters[0]), lane), (places.upright(target, gutters[-1]), lane)], kind
        )
        for gutter in gutters:
            heights[gutter].append(lane)
    heights[first].append(tip[1])
    for gutter in gutters:
        at = places.upright(target, gutter)
        yield from (line([(at, one), (at, other)], kind) for one, other in pairwise(sorted(heights[gutter])))
    yield line([(places.upright(target, first), tip[1]), tip], kind)
    yield arrow(tip, kind)
