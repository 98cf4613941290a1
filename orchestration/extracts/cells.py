"""The form in which every decoder hands over: a header and batches of text cells `c0, c1 …` with `_line`.

Not here: any file format.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.extracts.delimited import DecodeReject

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 50_000


@dataclass
class CellStream:
    """A decoded file: read `batches` once; `rejects` and `warnings` are complete only after that.

    Attributes:
        header: delivered column names.
        batches: record batches of the schema `cell_schema(len(header))`.
        rejects: records that could not be decoded.
        encoding, delimiter: as found (delimiter None outside delimited text).
        warnings: what a person should know, without values.
    """

    header: tuple[str, ...]
    batches: "Iterator[pa.RecordBatch]"
    encoding: str
    delimiter: str | None = None
    rejects: list[DecodeReject] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def cell_schema(n_field: int) -> "pa.Schema":
    """Schema of a batch: text cells by position, and the record's line."""
    import pyarrow as pa

    return pa.schema([(f"c{i}", pa.string()) for i in range(n_field)] + [("_line", pa.int64())])


def to_batches(
    records: Iterable[tuple[int, Sequence[str | None]]], n_field: int
) -> "Iterator[pa.RecordBatch]":
    """Gather records into batches of bounded size."""
    schema = cell_schema(n_field)
    lines: list[int] = []
    rows: list[Sequence[str | None]] = []
    for line, cells in records:
        lines.append(line)
        rows.append(cells)
        if len(rows) == BATCH_ROWS:
            yield _batch(lines, rows, schema)
            lines, rows = [], []
    if rows:
        yield _batch(lines, rows, schema)


def _batch(lines: list[int], rows: list[Sequence[str | None]], schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.record_batch([*columns, pa.array(lines, pa.int64())], schema=schema)
