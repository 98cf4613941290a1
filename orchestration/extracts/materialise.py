"""One decoded file to one Parquet file of dictionary columns, by a single streaming COPY.

Memory is bounded by DuckDB's limit plus one batch, whatever the file's size. Not here: decoding, the store.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from duckdb.func import FunctionNullHandling, PythonUDFType

from orchestration.extracts.cells import CellStream, cell_schema
from orchestration.extracts.conform import HeaderMatch, select_list
from orchestration.extracts.decode_text import TextFile
from orchestration.extracts.delimited import DecodeReject
from orchestration.extracts.dictionary import SourceTable
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.pseudonyms import PseudonymKey, pseudonym
from orchestration.warehouse import file_literal, literal, scalar

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY_LIMIT = "768MB"
_COPY_OPTIONS = (
    "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, USE_TMP_FILE false, WRITE_BLOOM_FILTER false,"
    " DICTIONARY_SIZE_LIMIT 2000)"
)


@contextmanager
def decoding_connection(scratch: Path, key: PseudonymKey | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB with bounded memory, ordered output and, where a key is given, `pseudonym()`.

    Args:
        scratch: folder for spilling.
        key: pseudonym key, or None for a source without subject names.
    """
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET preserve_insertion_order = true")
        connection.execute(f"SET temp_directory = {literal(os.fspath(scratch))}")
        if key is not None:
            connection.create_function(
                "pseudonym",
                _pseudonym_function(key),
                ["VARCHAR", "BOOLEAN"],
                "VARCHAR",
                type=PythonUDFType.ARROW,
                null_handling=FunctionNullHandling.SPECIAL,
            )
        yield connection


def _pseudonym_function(key: PseudonymKey) -> "Callable[[pa.Array, pa.Array], pa.Array]":
    import pyarrow as pa

    known: dict[tuple[str, bool], str | None] = {}

    def one(text: str, keep: bool) -> str | None:
        if (text, keep) not in known:
            known[text, keep] = pseudonym(text, key, keep_pseudonyms=keep)
        return known[text, keep]

    def many(cells: pa.Array, keeps: pa.Array) -> pa.Array:
        pairs = zip(cells.to_pylist(), keeps.to_pylist(), strict=True)
        return pa.array([None if text is None else one(text, keep) for text, keep in pairs], pa.string())

    return many


def copy_quickly(
    connection: duckdb.DuckDBPyConnection, text: TextFile, match: HeaderMatch, table: SourceTable, out: Path
) -> int | None:
    """Read a text file with DuckDB; None unless every physical line became exactly one record.

    Returns:
        The number of records written to `out`, without `_line` (it follows from the position), or None
        where the file must be read carefully.
    """
    if not text.may_read_quickly:
        return None
    any_space = not text.scan.is_ascii or text.scan.has_tab
    expressions = ", ".join(select_list(match, table, any_space=any_space))
    try:
        n = _copy(connection, f"SELECT {expressions} FROM {text.quick_relation()}", out)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return None
    if n != text.n_line_behind_header or (text.scan.has_quote and _has_quote(connection, out)):
        return None
    return None if _drops_fields(connection, text, n) else n


def _drops_fields(connection: duckdb.DuckDBPyConnection, text: TextFile, n_record: int) -> bool:
    """Whether a record has more fields than the header: DuckDB drops those behind the last column if they are empty, and
    such a record may have moved by a column."""
    surplus = text.n_surplus_comma(n_record)
    if surplus == 0:
        return False
    return not text.scan.has_quote or surplus != scalar(connection, text.n_comma_in_cells())


def _has_quote(connection: duckdb.DuckDBPyConnection, out: Path) -> bool:
    """Whether a cell holds a quotation mark: escaped properly or stray, only the careful way can tell."""
    columns = [
        name
        for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {_parquet(out)}").fetchall()
        if name != "_extra"
    ]
    tests = " OR ".join('contains("{}", \'"\')'.format(name.replace('"', '""')) for name in columns)
    return bool(scalar(connection, f"SELECT count(*) FROM {_parquet(out)} WHERE {tests}"))


def copy_stream(
    connection: duckdb.DuckDBPyConnection,
    stream: CellStream,
    match: HeaderMatch,
    table: SourceTable,
    out: Path,
) -> int:
    """Write a decoder's batches to `out`, with `_line`.

    Returns:
        The number of records written.

    Raises:
        DeliveryError: what the decoder raised while it was read.
    """
    import pyarrow as pa

    failure: list[DeliveryError] = []

    def batches() -> "Iterator[pa.RecordBatch]":
        try:
            yield from stream.batches
        except DeliveryError as error:
            failure.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(cell_schema(len(stream.header)), batches())
    connection.register("cells", reader)
    expressions = ", ".join([*select_list(match, table, any_space=True), "_line"])
    try:
        return _copy(connection, f"SELECT {expressions} FROM cells", out)
    except duckdb.Error:
        if failure:
            raise failure[0] from None
        raise
    finally:
        connection.unregister("cells")


def write_rejects(rejects: list[DecodeReject], out: Path) -> None:
    """Write the records set aside: line, rule, reason; never a value."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "_line": pa.array([r.line for r in rejects], pa.int64()),
        "rule": pa.array([r.rule for r in rejects], pa.string()),
        "reason": pa.array([r.reason for r in rejects], pa.string()),
    }
    pq.write_table(pa.table(columns), out, compression="zstd")


def _copy(connection: duckdb.DuckDBPyConnection, query: str, out: Path) -> int:
    return int(scalar(connection, f"COPY ({query}) TO {literal(os.fspath(out))} {_COPY_OPTIONS}"))


def _parquet(out: Path) -> str:
    return f"read_parquet({file_literal(out)})"
