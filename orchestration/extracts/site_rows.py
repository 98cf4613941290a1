"""Rows of a CSV file that a site keeps beside its deliveries: decoded, columns by name, remarks and blank lines passed over.

Not here: what the rows of one such file say (`site_terms`, `site_answers`).
"""

import csv
import io
from collections.abc import Iterator, Sequence

from orchestration.extracts.errors import DeliveryError

_SEPARATORS = {";": "semicolon", "\t": "tab", "|": "bar"}


class SiteFileError(DeliveryError):
    """A file that a site keeps has errors; `errors` has a line for each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = tuple(errors)


def site_rows(content: bytes, place: str, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line on which it begins, and cells of every row; other columns are not read, `#` begins a remark.

    Args:
        content: bytes of the file.
        place: what the file is called in messages.
        columns: those that it must have; in any order and case.

    Raises:
        SiteFileError: it is no UTF-8, no comma-separated CSV, or lacks a column.
    """
    try:
        yield from _rows(content, place, columns)
    except csv.Error as error:
        raise SiteFileError([f"{place}: not readable as CSV ({error}); write it again"]) from None


def _rows(content: bytes, place: str, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SiteFileError([f"{place}: byte {error.start + 1} is not UTF-8; save as CSV UTF-8"]) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip().lower().replace(" ", "_") for cell in next(reader, [])]
    if len(header) == 1 and (other := next((mark for mark in _SEPARATORS if mark in header[0]), None)):
        raise SiteFileError(
            [
                f"{place}: line 1: fields are separated by {_SEPARATORS[other]}, expected comma; save as comma-separated CSV"
            ]
        )
    if missing := [name for name in columns if name not in header]:
        raise SiteFileError(
            [f"{place}: line 1: no column {', '.join(missing)}; the columns are {', '.join(columns)}"]
        )
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
            padded = [cell.strip() for cell in cells] + [""] * len(header)
            yield line, {name: padded[header.index(name)] for name in columns}
        line = reader.line_num + 1
