"""Delivered CSV files as PRO-ACT writes them, frame after frame: for whoever makes extracts of simulated frames.

Comma, CRLF, quotes where needed only, blank for missing, whole numbers bare. Not here: what the frames hold.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

CHUNK_ROWS = 200_000
NEEDS_QUOTES = '[",\r\n]'


@dataclass(frozen=True)
class WrittenFile:
    """A file as the manifest lists it."""

    name: str
    sha256: str
    n_record: int


class DeliveredCsv:
    """A file under way; of it only a chunk of rows is ever in memory."""

    def __init__(self, path: Path, columns: list[str], mark: bytes = b"") -> None:
        """Begin with the header, after a byte order mark where there is one."""
        self._path, self._columns = path, columns
        self._digest = hashlib.sha256()
        self._n_record = 0
        self._file = path.open("wb")
        self._write(mark + ",".join(columns).encode() + b"\r\n")

    def append(self, frame: pd.DataFrame) -> None:
        """Add a frame's rows.

        Raises:
            ValueError: it has other columns.
        """
        if list(frame.columns) != self._columns:
            raise ValueError(f"{self._path.name}: rows of other columns")
        for block in _body(frame):
            self._write(block)
        self._n_record += len(frame)

    def finish(self) -> WrittenFile:
        """Close it."""
        self._file.close()
        return WrittenFile(self._path.name, self._digest.hexdigest(), self._n_record)

    def _write(self, block: bytes | memoryview) -> None:
        self._digest.update(block)
        self._file.write(block)


def write_delivered_csv(frame: pd.DataFrame, path: Path, mark: bytes = b"") -> WrittenFile:
    """Write one frame."""
    file = DeliveredCsv(path, list(frame.columns), mark)
    file.append(frame)
    return file.finish()


def _body(frame: pd.DataFrame) -> Iterator[memoryview]:
    """The records as bytes, chunk by chunk: an Arrow text column of whole lines is already the file's text."""
    for start in range(0, len(frame), CHUNK_ROWS):
        chunk = frame.iloc[start : start + CHUNK_ROWS]
        columns = [_as_text(chunk[name]) for name in chunk.columns]
        lines = pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")
        ended = pc.binary_join_element_wise(lines, pa.scalar("\r\n"), "")
        yield _text_of(ended)


def _text_of(lines: pa.StringArray) -> memoryview:
    """The concatenated text of a column without nulls."""
    data = lines.buffers()[2]
    return memoryview(b"" if data is None else data)


def _as_text(column: pd.Series) -> pa.Array:
    """A column as text: shortest form of numbers, categories through their dictionary."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = _quoted(pa.array(column.cat.categories, pa.string()))
        codes = pa.array(column.cat.codes.to_numpy(), mask=column.isna().to_numpy())
        return pc.take(values, codes) if len(values) else pa.nulls(len(column), pa.string())
    values = pa.array(column, from_pandas=True)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return _quoted(pc.cast(values, pa.string()))
    return pc.cast(values, pa.string())


def _quoted(values: pa.StringArray) -> pa.StringArray:
    """Quotes around the values that hold a comma, a quote or a line break."""
    needs = pc.match_substring_regex(values, NEEDS_QUOTES)
    if not pc.any(needs).as_py():
        return values
    escaped = pc.replace_substring(values, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise('"', escaped, '"', ""), values)
