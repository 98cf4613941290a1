"""Any delivered file to Parquet: chooses the decoder by suffix and brings its outcome into one form.

Not here: the decoders themselves, whether the outcome is acceptable (`intake`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.extracts.cells import CellStream
from orchestration.extracts.conform import HeaderMatch, match_header
from orchestration.extracts.decode_dataset_json import read_dataset_json
from orchestration.extracts.decode_sas import SUFFIXES as SAS
from orchestration.extracts.decode_sas import open_sas, read_sas
from orchestration.extracts.decode_text import open_text, read_carefully
from orchestration.extracts.delimited import DecodeReject
from orchestration.extracts.dictionary import SourceTable
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.limits import Limits
from orchestration.extracts.materialise import copy_quickly, copy_stream, decoding_connection
from orchestration.extracts.pseudonyms import PseudonymKey
from orchestration.extracts.scan import ByteScan


@dataclass(frozen=True)
class Decoded:
    """What became of a file: records written, records set aside, and what was found on the way.

    `first_line` is the line of the first record where lines follow from positions, else None.
    """

    n_row: int
    rejects: tuple[DecodeReject, ...]
    match: HeaderMatch
    encoding: str
    delimiter: str | None
    first_line: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileToDecode:
    """A delivered file on disk, with its byte counts and the table it should hold.

    `in_doubt` is the encoding to take for text that can be read both ways; None refuses it.
    """

    name: str
    path: Path
    scan: ByteScan
    table: SourceTable
    in_doubt: str | None = None


@contextmanager
def open_cells(
    name: str,
    path: Path,
    scan: ByteScan,
    table: SourceTable | None,
    scratch: Path,
    limits: Limits,
    in_doubt: str | None = None,
) -> Iterator[CellStream]:
    """The records of a file as text cells with their lines, whatever its format.

    Args:
        name: delivered file name.
        path: its bytes.
        scan: counts over them.
        table: the dictionary table it should hold; None where any header will do.
        scratch: folder for temporary files.
        limits: caps.
        in_doubt: encoding of text that can be read both ways; None refuses it.

    Raises:
        DeliveryError: the file as a whole cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        with open_text(name, path, scan, table, scratch, in_doubt) as text:
            yield read_carefully(text, limits)
    elif suffix in SAS:
        with open_sas(name, path, scratch, limits, in_doubt) as sas:
            yield read_sas(sas)
    else:
        yield read_dataset_json(name, path, limits)


def decode_file(
    file: FileToDecode, out: Path, *, scratch: Path, key: PseudonymKey | None, limits: Limits
) -> Decoded:
    """Decode one file into the Parquet file `out`.

    Args:
        file: the delivered file.
        out: where the Parquet goes.
        scratch: folder for temporary files.
        key: pseudonym key; needed where the table has pseudonymised columns.
        limits: caps.

    Raises:
        DeliveryError: the file as a whole cannot be read.
    """
    suffix = file.path.suffix.lower()
    with decoding_connection(scratch, key) as connection:
        if file.scan.size == 0:
            return _nothing(connection, file, out)
        if suffix == ".csv":
            return _decode_text(connection, file, out, scratch, limits)
        with open_cells(
            file.name, file.path, file.scan, file.table, scratch, limits, file.in_doubt
        ) as stream:
            note = (
                f"{quoted(file.name)}: a transport file carries no record count; completeness is not proven"
            )
            return _decode_stream(connection, stream, file, out, (note,) if suffix == ".xpt" else ())


def _decode_text(
    connection: duckdb.DuckDBPyConnection, file: FileToDecode, out: Path, scratch: Path, limits: Limits
) -> Decoded:
    with open_text(file.name, file.path, file.scan, file.table, scratch, file.in_doubt) as text:
        match = match_header(text.header, file.table, file.name)
        warnings: tuple[str, ...] = ()
        if not text.scan.ends_with_line_feed:
            warnings = (
                f"{quoted(file.name)}: no line break at the end; a cut in the last cell would not show",
            )
        n_row = copy_quickly(connection, text, match, file.table, out)
        if n_row is not None:
            return Decoded(n_row, (), match, text.encoding, ",", text.header_lines + 1, warnings)
        stream = read_carefully(text, limits)
        n_row = copy_stream(connection, stream, match, file.table, out)
        return Decoded(n_row, tuple(stream.rejects), match, text.encoding, ",", None, warnings)


def _decode_stream(
    connection: duckdb.DuckDBPyConnection,
    stream: CellStream,
    file: FileToDecode,
    out: Path,
    warnings: tuple[str, ...] = (),
) -> Decoded:
    match = match_header(stream.header, file.table, file.name)
    n_row = copy_stream(connection, stream, match, file.table, out)
    return Decoded(n_row, tuple(stream.rejects), match, stream.encoding, None, None, warnings)


def _nothing(connection: duckdb.DuckDBPyConnection, file: FileToDecode, out: Path) -> Decoded:
    if not file.table.may_be_empty:
        raise DeliveryError(f"{quoted(file.name)}: empty extract (0 bytes); deliver the file again")
    match = HeaderMatch({}, (), (), tuple(column.name for column in file.table.columns))
    stream = CellStream((), iter(()), "utf-8")
    copy_stream(connection, stream, match, file.table, out)
    return Decoded(
        0, (), match, "utf-8", None, None, (f"{quoted(file.name)}: 0 bytes, taken as an empty table",)
    )
