"""One delivered file without the records of given subjects, in its own format, other records byte for byte.

Not here: which files and store entries are concerned (`landing`).
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.extracts.decode_sas import open_sas, read_sas
from orchestration.extracts.delimited import RecordReader, physical_lines, split_record
from orchestration.extracts.encoding import Encoding, sniff_encoding, write_utf8_copy
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.limits import DEFAULT_LIMITS
from orchestration.extracts.scan import scan_bytes
from orchestration.extracts.xpt_layout import CARD, read_layout

IsSubject = Callable[[str], bool]
_TOKENS = re.compile(r'[",;|\t\s]+')
SAS_DATA_SET = ".sas7bdat"


@dataclass(frozen=True)
class Erasing:
    """What to look for: the identifier columns (any case), a test, and a stand-in for withdrawal lists.

    With `stand_in` a record is kept and its id replaced, so that the request itself is not lost; one that has the stand-in
    already is left as it is.
    """

    columns: frozenset[str]
    is_subject: IsSubject
    stand_in: Callable[[str], str] | None = None

    def positions(self, header: Sequence[str]) -> list[int]:
        """Positions of the identifier columns in a header."""
        return [i for i, name in enumerate(header) if name.strip("\ufeff \t").casefold() in self.columns]

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
        encoding = sniff_encoding(path.name, path, scan_bytes(path), in_doubt="cp1252")
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
    if isinstance(cells, str) or erasing.stand_in is None:
        return b""
    cells = [erasing.stand_in(cell) if erasing.is_subject(cell) else cell for cell in cells]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n" if line.endswith(b"\r\n") else "\n").writerow(cells)
    return text.getvalue().encode()


def _doomed_lines(path: Path, erasing: Erasing) -> tuple[set[int], int]:
    """Physical lines to remove, and how many records they are."""
    lines = physical_lines(path, DEFAULT_LIMITS)
    header = split_record(next(lines, b"").decode("utf-8-sig", "replace"), ",")
    if isinstance(header, str):
        header = []
    reader = RecordReader(lines, ",", len(header), first_line=2)
    positions = erasing.positions(header)
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
    layout = read_layout(path.name, path)
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
        open_sas(path.name, path, scratch, DEFAULT_LIMITS, in_doubt="cp1252") as sas,
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
                elif erasing.stand_in is not None:
                    writer.writerow(
                        [erasing.stand_in(c) if c and erasing.is_subject(c) else c for c in cells]
                    )
    return n_removed


def _erase_json(path: Path, out: Path, erasing: Erasing) -> int:
    document = json.loads(path.read_text("utf-8-sig"))
    n_removed = 0
    for holder, names, rows in _row_lists(document):
        kept = list(
            _kept(document_rows=holder[rows], header=[c["name"] for c in holder[names]], erasing=erasing)
        )
        n_removed += len(holder[rows]) - len(kept)
        holder[rows] = kept
        if "records" in holder:
            holder["records"] = len(kept)
    out.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return n_removed


def _row_lists(document: Any) -> Iterator[tuple[dict[str, Any], str, str]]:
    if document.get("rows"):
        yield document, "columns", "rows"
    for part in ("clinicalData", "referenceData"):
        for group in document.get(part, {}).get("itemGroupData", {}).values():
            yield group, "items", "itemData"


def _kept(document_rows: list[Any], header: list[str], erasing: Erasing) -> Iterator[Any]:
    positions = erasing.positions(header)
    for row in document_rows:
        if not (isinstance(row, list) and any(_cell_is(row, i, erasing.is_subject) for i in positions)):
            yield row


def _cell_is(row: list[Any], position: int, is_subject: IsSubject) -> bool:
    return position < len(row) and is_subject(str(row[position]))


def _erase_ndjson(path: Path, out: Path, erasing: Erasing) -> int:
    lines = path.read_text("utf-8-sig").splitlines()
    head, rows = json.loads(lines[0]), lines[1:]
    positions = erasing.positions([column["name"] for column in head["columns"]])

    def doomed(line: str) -> bool:
        try:
            row = json.loads(line)
        except ValueError:
            return any(map(erasing.is_subject, _TOKENS.split(line)))
        return isinstance(row, list) and any(_cell_is(row, i, erasing.is_subject) for i in positions)

    kept = [line for line in rows if not doomed(line)]
    if "records" in head:
        head["records"] = sum(1 for line in kept if line.strip())
    out.write_text("\n".join([json.dumps(head, ensure_ascii=False), *kept]) + "\n", "utf-8")
    return len(rows) - len(kept)
