"""A table in DOCX: heads that Word repeats on every page, headings over columns, rows that stay whole.

Belongs here: rows and cells of python-docx. Does not belong here: what surrounds a table (`word`).
"""

from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt

from orchestration.export.tables import paper
from orchestration.export.tables.paper import Part

CELL, NUMBER, GROUP, HEAD = "TLF words", "TLF number", "TLF group", "TLF head"
"""Styles of words, of numbers, of the name of a group, and of heads."""


def add_table(made: Any, part: Part) -> None:
    """Add a table at the end of a document of python-docx that has the styles."""
    table, columns = part.table, len(part.widths)
    grid = made.add_table(rows=0, cols=columns)
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    for column, width in zip(grid.columns, part.widths, strict=True):
        column.width = Inches(width)
    # By id: python-docx looks through all styles for each name.
    cell, number, group, head = (made.styles[name].style_id for name in (CELL, NUMBER, GROUP, HEAD))
    size = None if part.points == paper.SIZES[0] else Pt(part.points)
    if table.spans:
        texts = [text for text, count in table.spans for text in (text, *[""] * (count - 1))]
        row = _row(grid, part, texts, [head] * columns, size, repeated=True)
        _span(row, [count for _, count in table.spans])
    _row(grid, part, table.heads, [head] * columns, size, repeated=True)
    _line(grid.rows[0], "top")
    _line(grid.rows[-1], "bottom")
    styles = [cell if words else number for words in table.is_text]
    for name, rows in table.groups:
        if name is not None:
            row = _row(grid, part, [name, *[""] * (columns - 1)], [group] * columns, size)
            _span(row, [columns])
        for cells in rows:
            _row(grid, part, cells, styles, size)
    _line(grid.rows[-1], "bottom")


def _row(
    grid: Any, part: Part, texts: Any, styles: list[str], size: Any, *, repeated: bool = False
) -> Any:  # fmt: skip
    row = grid.add_row()
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeated:
        properties.append(OxmlElement("w:tblHeader"))
    of_words = part.table.is_text
    for cell, text, style, width, words in zip(row.cells, texts, styles, part.widths, of_words, strict=True):
        cell.width = Inches(width)
        paragraph = cell.paragraphs[0]
        paragraph._p.style = style
        if repeated and not words:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if text:
            paragraph.add_run(text).font.size = size
    return row


def _span(row: Any, counts: list[int]) -> None:
    """Join cells; the text stands in the first of each."""
    cells, place = row.cells, 0
    for count in counts:
        if count > 1:
            joined = cells[place].merge(cells[place + count - 1])
            if row._tr.trPr.find(qn("w:tblHeader")) is not None:
                joined.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
                _line_of_cell(joined, "bottom")
        place += count


def _line(row: Any, side: str) -> None:
    for cell in row.cells:
        _line_of_cell(cell, side)


def _line_of_cell(cell: Any, side: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    if borders.find(qn(f"w:{side}")) is None:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
