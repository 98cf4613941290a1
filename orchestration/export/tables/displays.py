"""What a document shows: tables and figures with their number, title and footnotes, and what stands over all of them.

Belongs here: their shape. Does not belong here: where they are read from (`report_page`), and how they are laid out.
"""

from dataclasses import dataclass, replace

Groups = tuple[tuple[str | None, tuple[tuple[str, ...], ...]], ...]


@dataclass(frozen=True)
class Table:
    """A table as the report has it.

    Attributes:
        label: `Table 3`.
        title: without the label.
        section: of the report.
        notes: footnotes.
        spans: heading over columns and how many it spans, covering every column; "" spans one column that has none.
            Empty where the table has one row of heads.
        heads: head of each column.
        is_text: of each column, whether it is set left, as words are.
        groups: name of a group of rows, or None, and its rows: a cell of text for each column.
    """

    label: str
    title: str
    section: str
    notes: tuple[str, ...]
    spans: tuple[tuple[str, int], ...]
    heads: tuple[str, ...]
    is_text: tuple[bool, ...]
    groups: Groups

    def of_columns(self, spans: tuple[tuple[str, int], ...], columns: tuple[int, ...]) -> "Table":
        """The same table with some of its columns, under spans of their own."""
        groups = tuple(
            (name, tuple(tuple(row[column] for column in columns) for row in rows))
            for name, rows in self.groups
        )
        return replace(
            self, spans=spans, groups=groups, heads=tuple(self.heads[column] for column in columns),
            is_text=tuple(self.is_text[column] for column in columns),
        )  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A figure as the report has it: `svg` is its drawing, `description` its text alternative."""

    label: str
    title: str
    section: str
    notes: tuple[str, ...]
    svg: str
    description: str


Display = Table | Figure


@dataclass(frozen=True)
class Summary:
    """The report's first page in one language: its title, and lead and text of each line."""

    language: str
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Document:
    """All that is written.

    Attributes:
        title: of the study.
        study: protocol with its version, and data cut.
        standing: edition, release, and whether that is approved, held or neither.
        warnings: what stands over every page, such as that the data are simulated.
        mark: the word for simulated data, None for genuine ones.
        summary: the first page, None where the report has none.
        displays: in the order of the report.
        data_cut: ISO date; None where the document is of no data.
        kind: what the document is.
        is_flowing: whether displays of a section follow one another on a page.
    """

    title: str
    study: str
    standing: str
    warnings: tuple[str, ...]
    mark: str | None
    summary: Summary | None
    displays: tuple[Display, ...]
    data_cut: str | None
    kind: str = "Tables and figures"
    is_flowing: bool = False
