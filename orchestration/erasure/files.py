"""One delivered file without the records of given subjects, in its own format, other records byte for byte.

Not here: which files and store entries are concerned (`landing`).
"""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.extracts.conform import fold_name
from orchestration.extracts.decode_dataset_json import read_document, read_header
from orchestration.extracts.decode_sas import open_sas, read_sas
from orchestration.extracts.decode_text import first_line
from orchestration.extracts.delimited import RecordReader, physical_lines, split_record
from orchestration.extracts.encoding import Encoding, sniff_encoding, write_utf8_copy
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.limits import DEFAULT_LIMITS
from orchestration.extracts.scan import scan_bytes
from orchestration.extracts.xpt_layout import CARD, read_layout

IsSubject = Callable[[str], bool]
_TOKENS = re.compile(r'[",;|\t\s]+')
SAS_DATA_SET = ".sas7bdat"


@dataclass(frozen=True)
class Erasing:
    """What to look for in a delivered file: its name, the identifier columns (folded), a test, and a stand-in for
    withdrawal lists.

    With `stand_in` a record is kept and its id replaced, so that the request itself is not lost; one that has the stand-in
    already is left as it is.
    """

    file_name: str
    columns: frozenset[str]
    is_subject: IsSubject
    stand_in: Callable[[str], str] | None = None

    def positions(self, header: Sequence[str]) -> list[int]:
        """Positions of the identifier columns in a header, folded as the reader folds it.

        Raises:
            DeliveryError: none is there, so that nobody can be told from anybody else.
        """
        found = [i for i, name in enumerate(header) if fold_name(name) in self.columns]
        if self.columns and not found:
            raise DeliveryError(
                f"{quoted(self.file_name)}: no column {' or '.join(sorted(self.columns))} in its header, so nobody is found"
            )
        return found

    def left_of(self, cells: list[Any]) -> list[Any] | None:
        """What stays of a subject's record: nothing, or in a withdrawal list the record with a stand-in for the id."""
        if self.stand_in is None:
            return None
        return [self.stand_in(str(c)) if c is not None and self.is_subject(str(c)) else c for c in cells]

    def is_due(self, cell: str) -> bool:
        """Whether the record of this id is to be removed, or to get a stand-in."""
        return self.is_subject(cell) and (self.stand_in is None or self.stand_in(cell) != cell)


def erase_from_file(path: Path, out: Path, erasing: Erasing, scratch: Path) -> int:
    """Write `path` without the subjects' records to `out`.

    Returns:
        The number of records removed (or replaced by a stand-in).

    Raises:
        DeliveryError: the file cannot be read.
    """
    if path.stat().st_size == 0:
        out.write_bytes(b"")
        return 0
    try:
        return _erase_by_format(path, out, erasing, scratch)
    except RecursionError as error:
        raise DeliveryError(
            f"{quoted(erasing.file_name)}: nested too deeply to be read; export it again"
        ) from error
    except UnicodeError as error:
        raise DeliveryError(f"{quoted(erasing.file_name)}: its text is damaged; export it again") from error


def _erase_by_format(path: Path, out: Path, erasing: Erasing, scratch: Path) -> int:
    suffix = path.suffix.lower()
    if suffix == ".xpt":
        return _erase_xpt(path, out, erasing)
    if suffix == SAS_DATA_SET:
        return _erase_sas_data_set(path, out, erasing, scratch)
    if suffix == ".json":
        return _erase_json(path, out, erasing)
    if suffix == ".ndjson":
        return _erase_ndjson(path, out, erasing)
    return _erase_text(path, out, erasing, scratch)


def _erase_text(path: Path, out: Path, erasing: Erasing, scratch: Path) -> int:
    # Only ids matter here: doubtful letters may be read either way, and broken lines are looked through as they are.
    try:
        encoding = sniff_encoding(erasing.file_name, path, scan_bytes(path), in_doubt="cp1252")
    except DeliveryError:
        encoding = Encoding("cp1252")
    if not encoding.needs_copy:
        return _erase_lines(path, path, out, erasing)
    copy = scratch / f"erase-utf8-{path.name}"
    try:
        write_utf8_copy(path, encoding, copy)
        # Lines of a UTF-16 file cannot be cut out of its bytes: what is left is written as UTF-8.
        return _erase_lines(copy, copy if encoding.name.startswith("utf-16") else path, out, erasing)
    finally:
        copy.unlink(missing_ok=True)


def _erase_lines(utf8: Path, original: Path, out: Path, erasing: Erasing) -> int:
    doomed, n_record = _doomed_lines(utf8, erasing)
    with original.open("rb") as source, out.open("wb") as target:
        for number, line in enumerate(source, start=1):
            if number not in doomed:
                target.write(line)
            elif erasing.stand_in is not None:
                target.write(_replaced(line, erasing))
    return n_record


def _replaced(line: bytes, erasing: Erasing) -> bytes:
    cells = split_record(line.decode(errors="replace").rstrip("\r\n"), ",")
    left = None if isinstance(cells, str) else erasing.left_of(cells)
    if left is None:
        return b""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n" if line.endswith(b"\r\n") else "\n").writerow(left)
    return text.getvalue().encode()


def _doomed_lines(path: Path, erasing: Erasing) -> tuple[set[int], int]:
    """Physical lines to remove, and how many records they are."""
    lines = physical_lines(path, DEFAULT_LIMITS)
    header_lines, text = first_line(path)
    header = split_record(text or "", ",")
    if isinstance(header, str):
        header = []
    positions = erasing.positions(header)
    for _ in range(header_lines):
        next(lines)
    reader = RecordReader(lines, ",", len(header), header_lines + 1)
    doomed: set[int] = set()
    n_record = 0
    for line, cells in reader:
        if any(erasing.is_due(cells[i]) for i in positions):
            doomed.update(range(line, line + 1 + sum(cell.count("\n") for cell in cells)))
            n_record += 1
    damaged = _damaged_lines(path, {reject.line for reject in reader.tally.rejects}, erasing.is_subject)
    return doomed | damaged, n_record + len(damaged)


def _damaged_lines(path: Path, rejected: set[int], is_subject: IsSubject) -> set[int]:
    """Rejected lines that name a subject in any cell: there, no column can be told."""
    found = set()
    for number, raw in enumerate(physical_lines(path, DEFAULT_LIMITS) if rejected else (), start=1):
        if number in rejected and any(map(is_subject, _TOKENS.split(raw.decode(errors="replace")))):
            found.add(number)
    return found


def _erase_xpt(path: Path, out: Path, erasing: Erasing) -> int:
    layout = read_layout(erasing.file_name, path)
    variables = [layout.variables[i] for i in erasing.positions([v.name for v in layout.variables])]
    n_removed, written = 0, 0
    with path.open("rb") as source, out.open("wb") as target:
        target.write(source.read(layout.data_start))
        for _ in range(layout.n_observation):
            record = source.read(layout.observation_length)
            cells = [record[v.position : v.position + v.length].decode(errors="replace") for v in variables]
            if any(map(erasing.is_subject, cells)):
                n_removed += 1
            else:
                written += target.write(record)
        target.write(b" " * (-written % CARD))
    return n_removed


def _erase_sas_data_set(path: Path, out: Path, erasing: Erasing, scratch: Path) -> int:
    """A SAS data set can be read but not written: what is left is written as CSV, in UTF-8."""
    n_removed = 0
    with (
        open_sas(erasing.file_name, path, scratch, DEFAULT_LIMITS, in_doubt="cp1252") as sas,
        out.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target)
        writer.writerow(sas.header)
        positions = erasing.positions(sas.header)
        for batch in read_sas(sas).batches:
            for *cells, _ in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                doomed = any(erasing.is_due(cells[i] or "") for i in positions)
                n_removed += doomed
                if not doomed:
                    writer.writerow(cells)
                elif (left := erasing.left_of(cells)) is not None:
                    writer.writerow(left)
    return n_removed


def _erase_json(path: Path, out: Path, erasing: Erasing) -> int:
    held = read_document(erasing.file_name, path, DEFAULT_LIMITS, json.loads)
    header = held.names(erasing.file_name)
    positions = erasing.positions(header)
    kept, n_removed = [], 0
    for row in held.rows:
        due = _is_due(row, positions, len(header), erasing)
        n_removed += due
        left = _left_of(row, erasing) if due else row
        kept += [] if left is None else [left]
    held.holder[held.rows_key] = kept
    if held.declared is not None:
        held.holder["records"] = len(kept)
    out.write_text(json.dumps(held.document, ensure_ascii=False), "utf-8")
    return n_removed


def _is_due(row: Any, positions: list[int], n_field: int, erasing: Erasing) -> bool:
    """Of a record of another form than the header's no column can be told: there, any text counts."""
    if isinstance(row, list) and len(row) == n_field:
        return any(erasing.is_due(str(row[i])) for i in positions)
    return any(map(erasing.is_due, _TOKENS.split(json.dumps(row, ensure_ascii=False))))


def _left_of(row: Any, erasing: Erasing) -> list[Any] | None:
    return erasing.left_of(row) if isinstance(row, list) else None


def _erase_ndjson(path: Path, out: Path, erasing: Erasing) -> int:
    # The reader's word on the first line, and its caps.
    header = read_header(erasing.file_name, path, DEFAULT_LIMITS)
    positions = erasing.positions(header)
    head: Any = None
    kept: list[bytes] = []
    n_record = n_removed = 0
    with path.open("rb") as source:
        for line in source:
            if head is not None and not line.strip():
                kept.append(line)
            elif line.strip() and head is None:
                head = json.loads(line.decode("utf-8-sig"))
            elif line.strip():
                left = _line_left(line, positions, len(header), erasing)
                n_removed += left != line
                n_record += bool(left)
                kept.append(left)
    if "records" in head:
        head["records"] = n_record
    out.write_bytes(json.dumps(head, ensure_ascii=False).encode() + b"\n" + b"".join(kept))
    return n_removed


def _line_left(line: bytes, positions: list[int], n_field: int, erasing: Erasing) -> bytes:
    """What stays of a line: itself, where it is not a subject's."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        text = line.decode(errors="replace")
        return b"" if any(map(erasing.is_due, _TOKENS.split(text))) else line
    if not _is_due(row, positions, n_field, erasing):
        return line
    left = _left_of(row, erasing)
    return b"" if left is None else json.dumps(left, ensure_ascii=False).encode() + b"\n"
