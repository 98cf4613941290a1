"""The picture of what a guaranteed month invents, from the tables of the page: `docs/guaranteed-month.svg`.

Belongs here: how it is drawn. Does not belong here: the replicates, whose numbers stand on the page.
"""

import re
from pathlib import Path

import numpy as np

from analytics.report.figures.forest import ForestRow, forest

PICTURE = "guaranteed-month.svg"
HEADING = re.compile(r"^### No effect, a guaranteed month, ([^\n:]*)$(.*?)(?=^### |^<!--)", re.M | re.S)
TITLE = "What a guaranteed month invents where nothing has an effect, and what each answer leaves"


def draw_waits(page: Path) -> None:
    """Draws the tables of waits beside the page; nothing where it has none."""
    rows = [
        row
        for words, table in HEADING.findall(page.read_text(encoding="utf-8"))
        for row in _rows(words, table)
    ]
    if rows:
        told = "; ".join(f"{row.group}, {row.label}: {row.estimate:.3f}" for row in rows)
        drawn = forest("guaranteed-month", rows, title=TITLE, description=told, mark="SIMULATED")
        (page.parent / PICTURE).write_text(drawn, encoding="utf-8")


def _rows(words: str, table: str) -> list[ForestRow]:
    """Mean ratio of each estimator, with twice its Monte Carlo error on either side."""
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) < 8 or not re.fullmatch(r"-?[\d.]+", cells[3]):
            continue
        name, _, biased = cells[0].partition(": ")
        bias, error = float(cells[3]), float(cells[4])
        ends = np.exp([bias, bias - 2 * error, bias + 2 * error])
        label = name[0].upper() + name[1:]
        found.append(ForestRow(label, *map(float, ends), group=words.capitalize(), biased=bool(biased)))
    return found
