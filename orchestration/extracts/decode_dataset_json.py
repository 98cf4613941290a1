"""CDISC Dataset-JSON 1.0 and 1.1 (one object, read whole up to a cap) and NDJSON (streamed).

Numbers keep the digits they were written with. Not here: writing Dataset-JSON (the export).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.extracts.cells import CellStream, to_batches
from orchestration.extracts.delimited import DecodeReject
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.limits import Limits, check_size

SEQUENCE = "ITEMGROUPDATASEQ"


def read_dataset_json(name: str, path: Path, limits: Limits) -> CellStream:
    """Read a Dataset-JSON or NDJSON file as text cells; `_line` is the record number.

    Raises:
        DeliveryError: not Dataset-JSON, several data sets, over the cap, or (while the batches are read)
            another number of records than it declares.
    """
    if path.suffix.lower() == ".ndjson":
        return _read_ndjson(name, path, limits)
    held = read_document(name, path, limits, _parse)
    return _stream(name, held.names(name), held.rows, held.declared)


@dataclass(frozen=True)
class HeldRecords:
    """A document and the part of it that holds the records, under which names."""

    document: dict[str, Any]
    holder: dict[str, Any]
    columns_key: str
    rows_key: str

    @property
    def rows(self) -> list[Any]:
        """The records; none where they are left out."""
        return self.holder.get(self.rows_key) or []

    @property
    def declared(self) -> Any:
        """How many there should be; None where the file does not say."""
        return self.holder.get("records")

    def names(self, name: str) -> list[str]:
        """Names of the columns.

        Raises:
            DeliveryError: there are none.
        """
        return column_names(name, self.holder.get(self.columns_key))


def read_document(name: str, path: Path, limits: Limits, parse: Callable[[str], Any]) -> HeldRecords:
    """Read a Dataset-JSON document whole.

    Raises:
        DeliveryError: not Dataset-JSON, several data sets, or over the cap.
    """
    check_size(name, path.stat().st_size, limits.json_bytes)
    try:
        document = parse(path.read_bytes().decode("utf-8-sig"))
    except RecursionError as error:
        raise DeliveryError(f"{quoted(name)}: nested too deeply for Dataset-JSON; export it again") from error
    except ValueError as error:
        raise DeliveryError(f"{quoted(name)}: not readable as JSON, perhaps cut; copy it again") from error
    return _held(name, document)


def _parse(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str)


def _held(name: str, document: Any) -> HeldRecords:
    if not isinstance(document, dict):
        raise DeliveryError(f"{quoted(name)}: not a Dataset-JSON object; export it again")
    # `rows` may be left out where there are none: an empty table.
    if "columns" in document and isinstance(document.get("rows"), list | None):
        return HeldRecords(document, document, "columns", "rows")
    parts = document.get("clinicalData") or document.get("referenceData")
    data_sets = parts.get("itemGroupData") if isinstance(parts, dict) else None
    groups = list(data_sets.values()) if isinstance(data_sets, dict) else []
    if len(groups) != 1 or not isinstance(groups[0], dict):
        raise DeliveryError(
            f"{quoted(name)}: {len(groups)} data sets in the file; deliver one file per domain"
        )
    held = HeldRecords(document, groups[0], "items", "itemData")
    if not isinstance(held.rows, list):
        raise DeliveryError(f"{quoted(name)}: its records are no list; export it again")
    return held


def column_names(name: str, items: Any) -> list[str]:
    """Names of the columns as Dataset-JSON lists them.

    Raises:
        DeliveryError: one has none.
    """
    try:
        return [str(item["name"]) for item in items]
    except (TypeError, KeyError) as error:
        raise DeliveryError(f"{quoted(name)}: columns without names; export it again") from error


def read_header(name: str, path: Path, limits: Limits) -> list[str]:
    """Names of the columns of an NDJSON file.

    Raises:
        DeliveryError: its first line is no metadata.
    """
    return column_names(name, _metadata(name, _json_lines(name, path, limits))["columns"])


def _read_ndjson(name: str, path: Path, limits: Limits) -> CellStream:
    lines = _json_lines(name, path, limits)
    first = _metadata(name, lines)
    return _stream(name, column_names(name, first["columns"]), lines, first.get("records"))


def _metadata(name: str, lines: Iterator[Any]) -> dict[str, Any]:
    first = next(lines, None)
    if not isinstance(first, dict) or "columns" not in first:
        raise DeliveryError(f"{quoted(name)}: row 1: expected the Dataset-JSON metadata; export it again")
    return first


def _json_lines(name: str, path: Path, limits: Limits) -> Iterator[Any]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(limits.line_bytes + 1):
            number += 1
            if len(line) > limits.line_bytes:
                raise DeliveryError(
                    f"{quoted(name)}: row {number}: line longer than {limits.line_bytes} bytes"
                )
            if line.strip():
                try:
                    yield _parse(line.decode("utf-8-sig" if number == 1 else "utf-8"))
                except (ValueError, RecursionError):
                    yield None


def _stream(name: str, header: list[str], rows: Iterable[Any], declared: Any) -> CellStream:
    skip = 1 if header and header[0] == SEQUENCE else 0
    stream = CellStream(tuple(header[skip:]), iter(()), "utf-8")

    def records() -> Iterator[tuple[int, list[str | None]]]:
        number = 0
        for number, row in enumerate(rows, start=1):
            problem = _problem(row, len(header))
            if problem:
                stream.rejects.append(DecodeReject(number, *problem))
            else:
                yield number, [_as_text(value) for value in row[skip:]]
        if declared is not None and str(declared) != str(number):
            raise DeliveryError(
                f"{quoted(name)}: {number} records read where the file declares {declared}; copy it again"
            )

    stream.batches = to_batches(records(), len(stream.header))
    return stream


def _problem(row: Any, n_field: int) -> tuple[str, str] | None:
    if not isinstance(row, list):
        return "record_form", "the record is not a JSON array"
    if len(row) != n_field:
        return "field_count", f"{len(row)} values where the columns are {n_field}"
    if any(isinstance(value, (list, dict)) or (isinstance(value, str) and "\0" in value) for value in row):
        return "cell_form", "a value is nested or holds a NUL"
    return None


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return "true" if value is True else "false" if value is False else str(value)
