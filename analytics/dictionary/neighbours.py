"""The picture of one table among its neighbours: on its left what it leads to and is made of, on its right what leads to it
and is made of it.

What was delivered is named in words beside it: a mart rests on nearly all of that.
"""

from markupsafe import Markup

from analytics.dictionary.contents import Dictionary, Table
from analytics.dictionary.shapes import HEAD, Box, arrow, curve, picture, width_of

EDGE, GAP, PITCH, APART = 2, 70, HEAD + 6, 3
MOST = 12
"""Tables made of one that are drawn; where there are more, the words beside the picture name them alone."""


def neighbours(dictionary: Dictionary, table: Table) -> Markup | None:
    """The picture; none of a table that stands alone."""
    leads = [each.refers_to for each in dictionary.leads(table.name)]
    led_to = [each.table for each in dictionary.led_to(table.name)]
    all_made = dictionary.makes(table.name)
    makes = all_made if len({*all_made, *led_to}) <= MOST else [name for name in all_made if name in led_to]
    made_of = [name for name in table.made_of if name in dictionary.by_name]
    left, right = list(dict.fromkeys([*leads, *made_of])), list(dict.fromkeys([*led_to, *makes]))
    if not left and not right:
        return None
    height = max(len(left), len(right), 1) * PITCH
    sources = _column(left, EDGE, height)
    at = max((box.right for box in sources), default=EDGE - GAP) + GAP
    (own,) = _column([table.name], at, height)
    targets = _column(right, own.right + GAP, height)
    parts = []
    for box in sources:
        parts += _between(own, box, box.table in leads, box.table in made_of)
    for box in targets:
        parts += _between(box, own, box.table in led_to, box.table in makes)
    boxes = [*sources, own, *targets]
    parts += [box.drawn() for box in boxes]
    return picture(parts, max(box.right for box in boxes) + EDGE, height, f"{table.name} and its neighbours")


def _column(names: list[str], left: float, height: float) -> list[Box]:
    """Boxes one under the other, in the middle of a height."""
    top = (height - len(names) * PITCH) / 2 + (PITCH - HEAD) / 2
    width = max(map(width_of, names), default=0)
    return [Box(name, name, (), left, top + place * PITCH, width) for place, name in enumerate(names)]


def _between(later: Box, earlier: Box, is_reference: bool, is_made: bool) -> list[Markup]:
    """Lines from a table to what it refers to, and to it from what it is made of."""
    apart = APART if is_reference and is_made else 0
    start, end = (later.x, later.middle), (earlier.right, earlier.middle)
    lines = []
    if is_reference:
        above = (end[0], end[1] - apart)
        lines += [curve((start[0], start[1] - apart), above, "to-0"), arrow(above, "to-0")]
    if is_made:
        lines.append(curve((start[0], start[1] + apart), (end[0], end[1] + apart), "made"))
    return lines
