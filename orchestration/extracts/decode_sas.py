"""SAS files, transport (version 5) and data sets (sas7bdat): opened by a process of its own, every value as text.

A reader in C that meets a damaged file may loop, eat memory or die: the process has limits of time and memory, and
what happens to it happens to that file alone. Text arrives as bytes and is decoded here, so that a letter cut by a field's
length rejects its record. Not here: the layout of a transport file (`xpt_layout`), that process (`sas_worker`).
"""

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.extracts.cells import CellStream, cell_schema
from orchestration.extracts.delimited import ENCODING, REASONS_OF_CELLS, DecodeReject
from orchestration.extracts.encoding import decode_piece, judge_pieces
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.limits import Limits
from orchestration.extracts.xpt_layout import read_layout
from orchestration.settings import environment_of_others

if TYPE_CHECKING:
    import pyarrow as pa

WORKER = "orchestration.extracts.sas_worker"
SUFFIXES = (".xpt", ".sas7bdat")
# What a data set says of its encoding. Korean and UTF-8 are set on purpose, and the text is held to them; the Western ones
# are what SAS writes where nobody set any, so they decide only what can be read both ways.
_HELD_TO = {"UTF-8": "utf-8", "EUC-KR": "cp949", "CP949": "cp949"}
_DEFAULTS = {"": None, "US-ASCII": None, "WINDOWS-1252": "cp1252", "ISO-8859-1": "cp1252"}


@dataclass(frozen=True)
class SasFile:
    """A SAS file as the worker left it: an Arrow file of numbers and bytes.

    Attributes:
        name: delivered file name.
        spool: the Arrow file.
        header: column names.
        is_text: of each column, whether it holds text (or dates as text) and not numbers.
        encoding: of the text, judged by all of it.
        n_record: records read.
    """

    name: str
    spool: Path
    header: tuple[str, ...]
    is_text: tuple[bool, ...]
    encoding: str
    n_record: int

    def batches(self) -> "Iterator[pa.RecordBatch]":
        """The records, as the worker wrote them."""
        return _batches(self.spool)

    def decoded(self, column: "pa.Array") -> tuple[list[str | None], list[int]]:
        """Text of a column of bytes, and the places whose letters do not fit the encoding."""
        texts: list[str | None] = []
        broken: list[int] = []
        data = column.buffers()[2]
        if data is None or bytes(data).isascii():
            return [None if cell is None else cell.decode("ascii") for cell in column.to_pylist()], broken
        for place, cell in enumerate(column.to_pylist()):
            text = decode_piece(cell, self.encoding) if cell is not None else None
            if text is None and cell is not None:
                broken.append(place)
            texts.append(text)
        return texts, broken


@contextmanager
def open_sas(
    name: str, path: Path, scratch: Path, limits: Limits, in_doubt: str | None = None
) -> Iterator[SasFile]:
    """Read a SAS file in a process of its own.

    Args:
        name: delivered file name; its suffix says which kind of file it is.
        path: its bytes.
        scratch: folder for what the process writes, removed afterwards.
        limits: time and memory of the process.
        in_doubt: encoding of text that can be read both ways, where the file does not say it.

    Raises:
        DeliveryError: the file is cut or not readable, the process met its limits, or the text is in doubt.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    spool = scratch / f"sas-{os.getpid()}-{path.stem}.arrow"
    kind = path.suffix.lower().removeprefix(".")
    layout = read_layout(name, path) if kind == "xpt" else None
    try:
        _run_worker(name, [kind, str(path.resolve()), str(spool)], limits)
        header, is_text, declared, n_declared = _schema(spool)
        n_record = sum(batch.num_rows for batch in _batches(spool))
        promised = layout.n_observation if layout else n_declared
        if promised is not None and n_record != promised:
            raise DeliveryError(
                f"{quoted(name)}: {n_record} records read where the file says {promised}; copy it again"
            )
        encoding = _judged(name, spool, n_record, declared.upper(), in_doubt)
        names = tuple(decode_piece(text.encode("latin-1"), encoding) or text for text in header)
        yield SasFile(name, spool, names, is_text, encoding, n_record)
    finally:
        spool.unlink(missing_ok=True)


def read_sas(file: SasFile) -> CellStream:
    """The records as text cells; `_line` is the record number. A record with a broken letter is set aside."""
    stream = CellStream(file.header, iter(()), file.encoding)
    stream.batches = _cells(file, stream.rejects)
    return stream


def _cells(file: SasFile, rejects: list[DecodeReject]) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    schema = cell_schema(len(file.header))
    line = 1
    for batch in file.batches():
        broken: set[int] = set()
        columns = []
        for column in batch.columns:
            if pa.types.is_binary(column.type):
                texts, places = file.decoded(column)
                broken.update(places)
            else:
                texts = [as_text(value) for value in column.to_pylist()]
            columns.append(pa.array(texts, pa.string()))
        lines = range(line, line + batch.num_rows)
        rejects += [DecodeReject(lines[place], ENCODING, REASONS_OF_CELLS) for place in sorted(broken)]
        cells = pa.record_batch([*columns, pa.array(lines, pa.int64())], schema=schema)
        yield (
            cells.take([place for place in range(batch.num_rows) if place not in broken]) if broken else cells
        )
        line += batch.num_rows


def _run_worker(name: str, arguments: list[str], limits: Limits) -> None:
    command = [sys.executable, "-m", WORKER, *arguments, str(limits.reader_bytes), str(limits.reader_seconds)]
    # One thread: every further one takes a piece of the memory limit.
    environment = {**environment_of_others(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            timeout=limits.reader_seconds,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DeliveryError(
            f"{quoted(name)}: not read within {limits.reader_seconds} s; export it again, perhaps as CSV"
        ) from error
    if done.returncode:
        reason = (
            done.stderr.decode("ascii", "replace").strip().splitlines()[-1:] if done.returncode > 0 else None
        )
        what = reason[0] if reason else "the reader died of it"
        raise DeliveryError(
            f"{quoted(name)}: not readable as a SAS file ({what}); copy it again, or save it as CSV"
        )


def _schema(spool: Path) -> tuple[list[str], tuple[bool, ...], str, int | None]:
    import pyarrow as pa

    with pa.memory_map(str(spool)) as source:
        schema = pa.ipc.open_file(source).schema
    said = schema.metadata
    n_record = said[b"n_record"].decode()
    is_text = tuple(pa.types.is_binary(kind) for kind in schema.types)
    return schema.names, is_text, said[b"encoding"].decode(), int(n_record) if n_record else None


def _batches(spool: Path) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    with pa.memory_map(str(spool)) as source:
        reader = pa.ipc.open_file(source)
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


def _pieces(spool: Path) -> Iterator[bytes]:
    """The text of every record that holds bytes beyond ASCII, its cells separated as in delimited text."""
    import pyarrow as pa

    for batch in _batches(spool):
        columns = [column.to_pylist() for column in batch.columns if pa.types.is_binary(column.type)]
        for record in zip(*columns, strict=True):
            cells = [cell for cell in record if cell and not cell.isascii()]
            if cells:
                yield b",".join(cells)


def _judged(name: str, spool: Path, n_record: int, declared: str, in_doubt: str | None) -> str:
    """The encoding of the text, by what the file says and what its bytes are."""
    if declared in _HELD_TO:
        return judge_pieces(name, _pieces(spool), n_record, declared=_HELD_TO[declared]).name
    if declared in _DEFAULTS:
        return judge_pieces(name, _pieces(spool), n_record, _DEFAULTS[declared] or in_doubt).name
    if next(_pieces(spool), None) is None:
        return "utf-8"
    raise DeliveryError(
        f"{quoted(name)}: its text is in {quoted(declared)}, which is not read; save it in UTF-8"
    )


def as_text(value: Any) -> str | None:
    """A number as the text a CSV export of it would hold; None when missing."""
    if value is None or math.isnan(value):
        return None
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.15g}"
