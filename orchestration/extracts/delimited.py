"""Records of a delimited text file, one physical line at a time, nothing guessed.

Strict on purpose: a quote that opens or closes in the wrong place, a line with too few or too many fields, a
NUL: each rejects its own line with a reason, and reading resumes on the next. A record may span lines only
inside a quoted cell. Not here: which table the file is, header matching (`conform`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.limits import Limits

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
MAX_RECORD_LINES = 50

OPEN = "unterminated_quote"
STRAY = "stray_quote"
RAGGED = "field_count"
NUL = "nul_or_undecodable_byte"
ENCODING = "encoding"
CARRIAGE_RETURN = "stray_carriage_return"

REASONS = {
    OPEN: "a quoted cell opens and does not close on this line, or swallows a whole further record",
    STRAY: "a quotation mark stands inside an unquoted cell or is followed by text",
    RAGGED: "{found} fields where the header has {expected}",
    NUL: "a NUL, or a letter that is broken in the file's encoding",
    ENCODING: "bytes that are not valid UTF-8",
    CARRIAGE_RETURN: "a carriage return without line feed inside the record",
}
REASONS_OF_CELLS = "a letter that is broken in the file's encoding, such as one cut at the end of a field"


@dataclass(frozen=True)
class DecodeReject:
    """A record that could not be decoded: physical line, rule, reason in words, never a value."""

    line: int
    rule: str
    reason: str


@dataclass
class LineTally:
    """Where every physical line went; `check` compares it with the byte scan."""

    header: int = 0
    blank: int = 0
    kept: int = 0
    rejects: list[DecodeReject] = field(default_factory=list)

    def reject(self, line: int, rule: str, **counts: int) -> None:
        """Note a rejected line."""
        self.rejects.append(DecodeReject(line, rule, REASONS[rule].format(**counts)))

    def check(self, name: str, n_line: int) -> None:
        """Assert that every physical line is accounted for.

        Raises:
            DeliveryError: lines are missing or counted twice: the reader cannot be trusted with this file.
        """
        counted = self.header + self.blank + self.kept + len(self.rejects)
        if counted != n_line:
            raise DeliveryError(
                f"{quoted(name)}: {n_line} lines delivered but {counted} accounted for; not read"
            )


@cache
def _patterns(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    plain = re.compile(rf'[^"{re.escape(delimiter)}]*+')
    return re.compile(r' *+"((?:[^"]|"")*+)" *+'), plain


def split_record(text: str, delimiter: str) -> list[str] | str:
    """Split one record into cells, or name the rule it breaks (`OPEN`, `STRAY`, `CARRIAGE_RETURN`)."""
    quoted_cell, plain_cell = _patterns(delimiter)
    cells, at, end = [], 0, len(text)
    while True:
        if match := quoted_cell.match(text, at):
            cells.append(match[1].replace('""', '"'))
        else:
            match = plain_cell.match(text, at)
            assert match is not None
            if match.end() < end and text[match.end()] == '"':
                return STRAY if match[0].strip(" ") else OPEN
            if "\r" in match[0] or "\n" in match[0]:
                return CARRIAGE_RETURN
            cells.append(match[0])
        at = match.end()
        if at == end:
            return cells
        if text[at] != delimiter:
            return STRAY
        at += 1


def physical_lines(path: Path, limits: Limits) -> Iterator[bytes]:
    """Yield the lines of a file without their line breaks (LF or CRLF).

    Raises:
        DeliveryError: a line is longer than the cap.
    """
    with path.open("rb", buffering=2**20) as file:
        number = 0
        while line := file.readline(limits.line_bytes + 1):
            number += 1
            if len(line) > limits.line_bytes:
                raise DeliveryError(
                    f"{quoted(path.name)}: row {number}: line longer than {limits.line_bytes} bytes;"
                    " check the export"
                )
            body = line.removesuffix(b"\n")
            yield body.removesuffix(b"\r")


class RecordReader:
    """Iterate the records behind the header: `(line, cells)`; everything else goes to the tally."""

    def __init__(self, lines: Iterator[bytes], delimiter: str, n_field: int, first_line: int) -> None:
        self.tally = LineTally()
        self._lines, self._delimiter, self._n_field = lines, delimiter, n_field
        self._line = first_line - 1
        self._pending: list[bytes] = []

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        delimiter, n_field, tally = self._delimiter, self._n_field, self.tally
        while (raw := self._next()) is not None:
            line = self._line
            if raw.isspace() or not raw:
                tally.blank += 1
                continue
            text = self._text(raw)
            if text is None:
                continue
            if '"' not in text and "\r" not in text:
                cells, spanned = text.split(delimiter), 1
            else:
                split, spanned = self._quoted_record(text)
                if isinstance(split, str):
                    tally.reject(line, split)
                    continue
                cells = split
            if len(cells) == n_field:
                tally.kept += spanned
                yield line, cells
            else:
                tally.reject(line, RAGGED, found=len(cells), expected=n_field)

    def _next(self) -> bytes | None:
        raw = self._pending.pop() if self._pending else next(self._lines, None)
        self._line += raw is not None
        return raw

    def _text(self, raw: bytes) -> str | None:
        if b"\0" in raw:
            self.tally.reject(self._line, NUL)
            return None
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.tally.reject(self._line, ENCODING)
            return None

    def _quoted_record(self, text: str) -> tuple[list[str] | str, int]:
        """Split a record that holds quotes, taking further lines while a quoted cell is open."""
        split = split_record(text, self._delimiter)
        taken: list[bytes] = []
        while split == OPEN and len(taken) < MAX_RECORD_LINES:
            raw = self._next()
            if raw is None:
                break
            taken.append(raw)
            # A continuation with as many delimiters as a record may be a record after a lost quote.
            if b"\0" in raw or raw.count(self._delimiter.encode()) >= self._n_field - 1:
                break
            try:
                text = f"{text}\n{raw.decode()}"
            except UnicodeDecodeError:
                break
            split = split_record(text, self._delimiter)
        if isinstance(split, list) and len(split) == self._n_field:
            return split, 1 + len(taken)
        # Nothing was gained by joining: only the first line is judged, the others stand for themselves.
        self._pending.extend(reversed(taken))
        self._line -= len(taken)
        return (OPEN if taken else split), 1
