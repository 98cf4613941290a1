"""CDISC Dataset-JSON 1.1: one object a file, rows streamed, dates as ISO text that stands for SAS dates."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from orchestration.export.column import Column
from orchestration.export.dataset import DEFINE, STUDY_OID, Dataset

VERSION = "1.1.0"
BATCH_ROWS = 20_000


def write_dataset_json(
    connection: duckdb.DuckDBPyConnection, data: Dataset, path: Path, created_at: str
) -> None:
    """Write one mart.

    Args:
        connection: of the release.
        data: the mart.
        path: the file.
        created_at: ISO date and time of the release.
    """
    head = json.dumps(_head(data, created_at), ensure_ascii=False)
    with path.open("w", encoding="utf-8") as file:
        file.write(head.removesuffix("}") + ', "rows": [')
        for number, row in enumerate(_rows(connection, data)):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(row, ensure_ascii=False))
        file.write("\n]}\n")


def _head(data: Dataset, created_at: str) -> dict[str, Any]:
    return {
        "datasetJSONCreationDateTime": created_at,
        "datasetJSONVersion": VERSION,
        "fileOID": f"vigil.{data.release_id}.{data.name}",
        "originator": "Vigil, SYNTHETIC data" if data.simulated else "Vigil",
        "sourceSystem": {"name": "Vigil", "version": data.release_id},
        "studyOID": STUDY_OID,
        "metaDataVersionOID": data.metadata_oid,
        "metaDataRef": DEFINE,
        "itemGroupOID": data.oid,
        "records": data.n_row,
        "name": data.name.upper(),
        "label": data.title,
        "columns": [_column(data, column) for column in data.columns],
    }


def _column(data: Dataset, column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "itemOID": data.item_oid(column),
        "name": column.name,
        "label": column.label,
        "dataType": _data_type(column),
    }
    if column.is_date:
        described |= {"targetDataType": "integer", "displayFormat": "E8601DA."}
    if column.name in data.key:
        described["keySequence"] = 1 + data.key.index(column.name)
    return described


def _data_type(column: Column) -> str:
    if column.is_text:
        return "string"
    if column.is_date:
        return "date"
    return "double" if column.kind == "DOUBLE" else "integer"


def _rows(connection: duckdb.DuckDBPyConnection, data: Dataset) -> Iterator[list[Any]]:
    cursor = connection.execute(data.query())
    while batch := cursor.fetchmany(BATCH_ROWS):
        for row in batch:
            yield [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value
