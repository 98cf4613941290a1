"""The picture of a schema's keys: its tables side by side, each with the columns that no two rows share."""

from markupsafe import Markup

from analytics.dictionary.contents import Table
from analytics.dictionary.shapes import Box, height_of, picture, rows_of, width_of

EDGE, SPACE, WIDEST = 2, 12, 1000


def key_picture(tables: list[Table]) -> Markup | None:
    """The picture; none where no table has a key, as in a schema of views."""
    shown = [table for table in tables if table.key]
    if not shown:
        return None
    width = max(width_of(text) for table in shown for text in (table.short, *table.key))
    n_column = max(1, min(len(shown), int((WIDEST + SPACE) // (width + SPACE))))
    bottoms = [float(EDGE)] * n_column
    boxes = []
    for table in shown:
        rows = rows_of(table)
        # Each under what ends highest: they keep their order from left to right.
        place = bottoms.index(min(bottoms))
        left = EDGE + place * (width + SPACE)
        boxes.append(Box(table.name, table.short, rows, left, bottoms[place], width))
        bottoms[place] += height_of(len(rows)) + SPACE
    right = EDGE * 2 + n_column * (width + SPACE) - SPACE
    title = f"Keys of the tables of schema {shown[0].schema}"
    return picture([box.drawn() for box in boxes], right, max(bottoms), title)
