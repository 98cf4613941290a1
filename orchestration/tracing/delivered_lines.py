"""Lines of files as delivered: whose record stands on a line, and on which lines a subject's records stand.

Reads landing, never the store, so that an address is proven on the original bytes. Ids are compared, never shown. Not here:
which lines are asked for (`trace`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.extracts.cells import CellStream
from orchestration.extracts.conform import match_header
from orchestration.extracts.contents import DeliveredFile, as_local, list_files
from orchestration.extracts.decode import open_cells
from orchestration.extracts.dictionary import SourceTable
from orchestration.extracts.limits import DEFAULT_LIMITS
from orchestration.extracts.pseudonyms import PseudonymKey, pseudonym
from orchestration.extracts.scan import scan_bytes

if TYPE_CHECKING:
    import pyarrow as pa

SUBJECT_COLUMNS = ("USUBJID", "subject_id")


@dataclass(frozen=True)
class DeliveredTable:
    """A delivered file and the dictionary table it holds, under the key that makes its ids pseudonyms."""

    file: DeliveredFile
    table: SourceTable
    key: PseudonymKey | None
    scratch: Path

    def subject_of(self, cell: str) -> str | None:
        """The subject as the marts name it behind the study: pseudonym, or the id itself in PRO-ACT."""
        return pseudonym(cell, self.key) if self.key else cell.strip()

    @contextmanager
    def opened(self) -> Iterator[tuple[CellStream, str, str]]:
        """The stream of cells, the path's digest, and the name of the cell that holds the subject's id."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        name = self.file.name
        with as_local(self.file, self.scratch) as local:
            scan = scan_bytes(local)
            # Ids and lines are the same whichever way doubtful letters are read.
            with open_cells(name, local, scan, self.table, self.scratch, DEFAULT_LIMITS, "cp1252") as stream:
                yield stream, scan.sha256, self._cell(stream)

    def _cell(self, stream: CellStream) -> str:
        positions = match_header(stream.header, self.table, self.file.name).positions
        return f"c{next(positions[name] for name in SUBJECT_COLUMNS if name in positions)}"


@dataclass(frozen=True)
class FileEvidence:
    """What was found in one delivered file: its digest, and subjects by line."""

    sha256: str
    subject_at: Mapping[int, str | None]


def subjects_on_lines(table: DeliveredTable, lines: Collection[int]) -> FileEvidence:
    """Whose records stand on some lines of a file.

    Raises:
        DeliveryError: the file can no longer be read.
    """
    wanted = set(lines)
    return _evidence(table, lambda line, subject: line in wanted, only_lines=wanted)


def lines_of_subjects(table: DeliveredTable, subjects: Collection[str]) -> FileEvidence:
    """On which lines the records of some subjects stand.

    Raises:
        DeliveryError: the file can no longer be read.
    """
    wanted = set(subjects)
    return _evidence(table, lambda line, subject: subject in wanted)


def cells_of(table: DeliveredTable, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and cells of some columns of every record, blank where it, or the file, has none.

    Raises:
        DeliveryError: the file can no longer be read.
    """
    with table.opened() as (stream, _, _):
        positions = match_header(stream.header, table.table, table.file.name).positions
        names = [f"c{positions[column]}" if column in positions else None for column in columns]
        for batch in stream.batches:
            lines = batch.column("_line").to_pylist()
            blank = [None] * len(lines)
            cells = [batch.column(name).to_pylist() if name else blank for name in names]
            for line, *row in zip(lines, *cells, strict=True):
                yield line, tuple(cell or "" for cell in row)


def digest_of(table: DeliveredTable) -> str:
    """SHA-256 of the delivered bytes as they lie there now.

    Raises:
        DeliveryError: the file can no longer be read.
    """
    with table.opened() as (_, sha256, _):
        return sha256


def _evidence(
    table: DeliveredTable,
    keep: Callable[[int, str | None], bool],
    only_lines: Collection[int] | None = None,
) -> FileEvidence:
    found: dict[int, str | None] = {}
    known: dict[str, str | None] = {}
    with table.opened() as (stream, sha256, cell):
        for batch in stream.batches:
            for line, text in _pairs(batch, cell):
                if only_lines is not None and line not in only_lines:
                    continue
                if text not in known:
                    known[text] = table.subject_of(text)
                if keep(line, known[text]):
                    found[line] = known[text]
    return FileEvidence(sha256, found)


def _pairs(batch: "pa.RecordBatch", cell: str) -> Iterator[tuple[int, str]]:
    lines, cells = batch.column("_line").to_pylist(), batch.column(cell).to_pylist()
    return ((line, text or "") for line, text in zip(lines, cells, strict=True))


def delivered_files(location: Path) -> dict[str, DeliveredFile]:
    """Files of a delivery by name."""
    return {file.name: file for file in list_files(location)}
