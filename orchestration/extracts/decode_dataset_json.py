"""CDISC Dataset-JSON 1.0 and 1.1 (one object, read whole up to a cap) and NDJSON (streamed).

Numbers keep the digits they were written with. Not here: writing Dataset-JSON (the export).
"""

import json
from collections.abc import Iterable, Iterator
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
    check_size(name, path.stat().st_size, limits.json_bytes)
    try:
        document = _parse(path.read_bytes().decode("utf-8-sig"))
    except RecursionError as error:
        raise DeliveryError(f"{quoted(name)}: nested too deeply for Dataset-JSON; export it again") from error
    except ValueError as error:
        raise DeliveryError(f"{quoted(name)}: not readable as JSON, perhaps cut; copy it again") from error
    header, rows, declared = _dataset(name, document)
    return _stream(name, header, rows, declared)


def _parse(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str)


def _dataset(name: str, document: Any) -> tuple[list[str], list[Any], str | None]:
    if not isinstance(document, dict):
        raise DeliveryError(f"{quoted(name)}: not a Dataset-JSON object; export it again")
    rows = document.get("rows")
    # `rows` may be left out where there are none: an empty table.
    if "columns" in document and (rows is None or isinstance(rows, list)):
        return _names(name, document["columns"]), rows or [], document.get("records")
    parts = document.get("clinicalData") or document.get("referenceData")
    data_sets = parts.get("itemGroupData") if isinstance(parts, dict) else None
    groups = list(data_sets.values()) if isinstance(data_sets, dict) else []
    if len(groups) != 1 or not isinstance(groups[0], dict):
        raise DeliveryError(
            f"{quoted(name)}: {len(groups)} data sets in the file; deliver one file per domain"
        )
    group = groups[0]
    rows = group.get("itemData") or []
    if not isinstance(rows, list):
        raise DeliveryError(f"{quoted(name)}: its records are no list; export it again")
    return _names(name, group.get("items")), rows, group.get("records")


def _names(name: str, items: Any) -> list[str]:
    try:
        return [str(item["name"]) for item in items]
    except (TypeError, KeyError) as error:
        raise DeliveryError(f"{quoted(name)}: columns without names; export it again") from error


def _read_ndjson(name: str, path: Path, limits: Limits) -> CellStream:
    lines = _json_lines(name, path, limits)
    first = next(lines, None)
    if not isinstance(first, dict) or "columns" not in first:
        raise DeliveryError(f"{quoted(name)}: row 1: expected the Dataset-JSON metadata; export it again")
    return _stream(name, _names(name, first["columns"]), lines, first.get("records"))


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
