"""The process that opens a SAS file: pyreadstat's C code reads foreign bytes here, under limits, and nowhere else.

    python -m orchestration.extracts.sas_worker xpt|sas7bdat FILE OUT MEMORY_BYTES CPU_SECONDS

Writes an Arrow file: numbers as doubles, text as the bytes that the file holds (the parent judges its encoding), dates
and times as ISO 8601 text. The file's own word about its encoding and number of records is in the schema's metadata.
Exit status 1 with the error's kind on stderr: never its message, which could quote a cell. Not here: the parent's side
(`decode_sas`).
"""

import math
import resource
import sys
from collections.abc import Iterator
from typing import Any

BATCH_ROWS = 50_000
# Every byte is one letter of it, so that text arrives as the bytes it is.
BYTES = "ISO-8859-1"


class _LateDateError(Exception):
    """A column taken for numbers turns out to hold dates: read again with it as text."""


def main(arguments: list[str]) -> int:
    """Read a file within limits; 0 if all of it was written."""
    kind, path, out, memory, seconds = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    try:
        convert(kind, path, out)
    except BaseException as error:
        print(type(error).__name__, file=sys.stderr)
        return 1
    return 0


def convert(kind: str, path: str, out: str) -> None:
    """Write a SAS file as an Arrow file."""
    import pyreadstat

    read = pyreadstat.read_xport if kind == "xpt" else pyreadstat.read_sas7bdat
    as_text: set[str] = set()
    while True:
        try:
            _write(read, path, out, as_text)
        except _LateDateError as late:
            as_text.add(str(late))
        else:
            return


def _write(read: Any, path: str, out: str, as_text: set[str]) -> None:
    import pyarrow as pa

    declared, n_record = _declared(read, path)
    writer = None
    try:
        for columns, types in _batches(read, path):
            if writer is None:
                as_text.update(name for name in columns if _is_text(columns[name], types.get(name)))
                schema = _schema(columns, as_text, {"encoding": declared, "n_record": n_record})
                writer = pa.ipc.new_file(out, schema)
            arrays = [_array(name, values, name in as_text) for name, values in columns.items()]
            writer.write_batch(pa.record_batch(arrays, schema=_batch_schema(arrays, columns)))
    finally:
        if writer is not None:
            writer.close()


def _batch_schema(arrays: list[Any], columns: dict[str, list[Any]]) -> Any:
    """Schema of one batch, without the metadata."""
    import pyarrow as pa

    return pa.schema([(name, array.type) for name, array in zip(columns, arrays, strict=True)])


def _schema(columns: dict[str, list[Any]], as_text: set[str], metadata: dict[str, str]) -> Any:
    import pyarrow as pa

    types = [(name, pa.binary() if name in as_text else pa.float64()) for name in columns]
    return pa.schema(types, metadata=metadata)


def _declared(read: Any, path: str) -> tuple[str, str]:
    """Encoding and number of records as the file says them, blank where it does not."""
    try:
        _, metadata = read(path, metadataonly=True)
    except Exception:  # a label outside the declared encoding; the records tell
        _, metadata = read(path, metadataonly=True, encoding=BYTES)
    n_record = metadata.number_rows
    return metadata.file_encoding or "", "" if n_record is None else str(n_record)


def _batches(read: Any, path: str) -> Iterator[tuple[dict[str, list[Any]], dict[str, str]]]:
    offset = 0
    while True:
        columns, metadata = read(
            path, row_offset=offset, row_limit=BATCH_ROWS, encoding=BYTES, output_format="dict"
        )
        n = len(next(iter(columns.values()), []))
        if n or offset == 0:
            yield columns, metadata.readstat_variable_types
        if n < BATCH_ROWS:
            return
        offset += n


def _is_text(values: list[Any], kind: str | None) -> bool:
    return kind == "string" or any(value is not None and not _is_number(value) for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


def _array(name: str, values: list[Any], as_text: bool) -> Any:
    import pyarrow as pa

    if as_text:
        return pa.array([_bytes(value) for value in values], pa.binary())
    if any(value is not None and not _is_number(value) for value in values):
        raise _LateDateError(name)
    return pa.array([None if value is None else float(value) for value in values], pa.float64())


def _bytes(value: Any) -> bytes | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        return value.encode(BYTES)
    return str(value.isoformat() if hasattr(value, "isoformat") else value).encode("ascii")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
