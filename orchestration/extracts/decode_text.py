"""Delimited text: encoding, delimiter and header first, then the quick way or the careful way.

The quick way is DuckDB with an explicit dialect, every column text. It is trusted only if its records equal
the file's lines exactly: then every record is one line and its line number follows from its position.
Anything else (quoted line breaks, damage) is read again line by line.
Not here: record splitting (`delimited`), writing Parquet (`materialise`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.extracts.cells import CellStream, to_batches
from orchestration.extracts.conform import count_known
from orchestration.extracts.delimited import DELIMITERS, RecordReader, physical_lines, split_record
from orchestration.extracts.dictionary import SourceTable
from orchestration.extracts.encoding import sniff_encoding, write_utf8_copy
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.limits import DEFAULT_LIMITS, Limits
from orchestration.extracts.scan import ByteScan, scan_bytes
from orchestration.warehouse import file_literal

DELIMITER = ","


@dataclass(frozen=True)
class TextFile:
    """A delimited text file whose header has been read.

    Attributes:
        name: delivered file name.
        path: UTF-8 bytes: the original or a temporary copy.
        scan: counts over `path`.
        encoding: as delivered.
        header: delivered column names.
        header_lines: physical lines up to and including the header.
        header_commas: delimiters in them.
    """

    name: str
    path: Path
    scan: ByteScan
    encoding: str
    header: tuple[str, ...]
    header_lines: int
    header_commas: int

    @property
    def may_read_quickly(self) -> bool:
        """Whether the bytes rule the quick way out from the start."""
        return self.scan.is_utf8 and not self.scan.has_nul and self.scan.n_lone_cr == 0

    @property
    def n_line_behind_header(self) -> int:
        """Physical lines that can hold records."""
        return self.scan.n_line - self.header_lines

    def n_surplus_comma(self, n_record: int) -> int:
        """Commas behind the header that delimit no column: of quoted cells, or of records with too many fields."""
        return self.scan.n_comma - self.header_commas - n_record * (len(self.header) - 1)

    def n_comma_in_cells(self) -> str:
        """SQL of how many commas stand inside the cells of the quick way."""
        within = " + ".join(
            f"coalesce(length(c{i}) - length(replace(c{i}, ',', '')), 0)" for i in range(len(self.header))
        )
        return f"SELECT coalesce(sum({within}), 0) FROM {self.quick_relation()}"

    def quick_relation(self) -> str:
        """The DuckDB table function that reads the records as text cells `c0, c1 …`."""
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.header)))
        return (
            f"read_csv({file_literal(self.path)}, header = false, skip = {self.header_lines},"
            f" auto_detect = false, delim = '{DELIMITER}', quote = '\"', escape = '\"', nullstr = '', strict_mode = true,"
            f" columns = {{{columns}}})"
        )


@contextmanager
def open_text(
    name: str,
    path: Path,
    scan: ByteScan,
    table: SourceTable | None,
    scratch: Path,
    in_doubt: str | None = None,
) -> Iterator[TextFile]:
    """Open a delivered text file: encoding found, delimiter and header checked.

    Args:
        name: delivered file name.
        path: its bytes.
        scan: counts over them.
        table: the dictionary table it should hold; None where any header will do.
        scratch: folder for a UTF-8 copy, removed afterwards.
        in_doubt: encoding of text that can be read both ways; None refuses it.

    Raises:
        DeliveryError: text in doubt or with too many broken letters, CR-only line ends, another delimiter, no
            header, damaged UTF-16.
    """
    encoding = sniff_encoding(name, path, scan, in_doubt)
    if not encoding.needs_copy:
        yield _with_header(name, path, scan, encoding.name, table)
        return
    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / f"utf8-{scan.sha256[:16]}-{name}"
    try:
        write_utf8_copy(path, encoding, copy)
        yield _with_header(name, copy, scan_bytes(copy), encoding.name, table)
    finally:
        copy.unlink(missing_ok=True)


def _with_header(name: str, path: Path, scan: ByteScan, encoding: str, table: SourceTable | None) -> TextFile:
    if scan.n_line_feed <= 1 and scan.n_lone_cr > 1:
        raise DeliveryError(
            f"{quoted(name)}: lines end in a carriage return alone; save with CRLF or LF line ends"
        )
    lines, text = first_line(path)
    if len(text or "") >= DEFAULT_LIMITS.line_bytes:
        raise DeliveryError(
            f"{quoted(name)}: row {lines}: line longer than {DEFAULT_LIMITS.line_bytes} bytes; check the export"
        )
    if text is None:
        raise DeliveryError(
            f"{quoted(name)}: row {lines}: the header is not readable text; copy the file again"
        )
    header = split_record(text, DELIMITER)
    known = _n_known(header, table)
    _check_delimiter(name, text, known, table)
    if isinstance(header, str):
        raise DeliveryError(
            f"{quoted(name)}: row {lines}: the header breaks rule {header}; copy the file again"
        )
    return TextFile(name, path, scan, encoding, tuple(header), lines, text.count(DELIMITER))


def first_line(path: Path) -> tuple[int, str | None]:
    """Number and text of the first line that is not blank."""
    number = 0
    with path.open("rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(DEFAULT_LIMITS.line_bytes), b""), start=1):
            if raw.strip(b"\xef\xbb\xbf \t\r\n"):
                try:
                    return number, raw.decode("utf-8-sig").rstrip("\r\n")
                except UnicodeDecodeError:
                    return number, None
    return number, None


def _n_known(header: list[str] | str, table: SourceTable | None) -> int:
    """Columns of the header that the table has; all of them where any header will do."""
    if isinstance(header, str):
        return 0
    return len(header) if table is None else count_known(header, table)


def _check_delimiter(name: str, header: str, known: int, table: SourceTable | None) -> None:
    for other, word in DELIMITERS.items():
        cells = split_record(header, other) if other != DELIMITER else ""
        if isinstance(cells, list) and len(cells) > 1 and _n_known(cells, table) > known:
            raise DeliveryError(
                f"{quoted(name)}: fields are separated by {word}, expected comma; save as comma-separated"
            )
    if known == 0 and table is not None:
        # The line is not shown: without a header it is a subject's record.
        raise DeliveryError(
            f"{quoted(name)}: no column of table {table.name} in the first line; is the header row missing,"
            " or is this another file?"
        )


def read_carefully(text: TextFile, limits: Limits) -> CellStream:
    """Read records one line at a time, setting undecodable ones aside.

    Raises:
        DeliveryError: while the batches are read: a line over the cap, lines unaccounted for, or a file
            that ends in the middle of a record.
    """
    lines = physical_lines(text.path, limits)
    for _ in range(text.header_lines):
        next(lines)
    reader = RecordReader(lines, DELIMITER, len(text.header), text.header_lines + 1)
    reader.tally.header = text.header_lines
    stream = CellStream(text.header, iter(()), text.encoding, DELIMITER, reader.tally.rejects)

    def records() -> Iterator[tuple[int, list[str]]]:
        yield from reader
        reader.tally.check(text.name, text.scan.n_line)
        _refuse_cut_file(text, reader)

    stream.batches = to_batches(records(), len(text.header))
    return stream


def _refuse_cut_file(text: TextFile, reader: RecordReader) -> None:
    rejects, last = reader.tally.rejects, text.scan.n_line
    if not text.scan.ends_with_line_feed and rejects and rejects[-1].line == last:
        raise DeliveryError(
            f"{quoted(text.name)}: row {last}: the file ends in the middle of a record; copy it again"
        )
