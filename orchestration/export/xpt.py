"""SAS transport version 5: what the format cannot hold is refused before a byte is written.

Blank and missing text are one in this format. Dates are SAS days with a format; numbers are IBM doubles, which hold every
IEEE double of clinical size exactly.
"""

import re
from pathlib import Path

import duckdb

from orchestration.export.dataset import Dataset, ExportError
from orchestration.warehouse import one_row

NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
MAX_LABEL, MAX_BYTES = 40, 200
DATE_FORMAT = "DATE9"


def check_dataset(connection: duckdb.DuckDBPyConnection, data: Dataset) -> None:
    """Check names, labels, types and text lengths against the format.

    Raises:
        ExportError: the first thing that does not fit: table, column, rule.
    """
    _check_name(data.name, "the data set", data.name.upper())
    _check_label(data.name, "the data set", data.title)
    for column in data.columns:
        _check_name(data.name, column.name, column.name)
        _check_label(data.name, column.name, column.label)
        if column.kind not in ("VARCHAR", "DATE", "DOUBLE", "INTEGER", "BIGINT", "SMALLINT"):
            raise ExportError(f"{data.name}: {column.name}: type {column.kind} has no place in XPT version 5")
    text = [column.name for column in data.columns if column.is_text]
    longest = ", ".join(f'coalesce(max(strlen("{name}")), 0)' for name in text)
    found = one_row(connection, f"select {longest} from ({data.query()})") if text else ()
    for name, n_byte in zip(text, found, strict=True):
        if n_byte > MAX_BYTES:
            raise ExportError(
                f"{data.name}: {name}: text of {n_byte} bytes, XPT version 5 holds {MAX_BYTES}; "
                "export --format dataset-json or parquet"
            )


def _check_name(table: str, column: str, name: str) -> None:
    if not NAME.fullmatch(name):
        raise ExportError(f"{table}: {column}: name is not 1 to 8 upper-case letters, digits and underscores")


def _check_label(table: str, column: str, label: str) -> None:
    if len(label.encode()) > MAX_LABEL:
        raise ExportError(f"{table}: {column}: label is longer than {MAX_LABEL} bytes")


def write_xpt(connection: duckdb.DuckDBPyConnection, data: Dataset, path: Path) -> None:
    """Write one mart.

    Raises:
        ExportError: it does not fit the format; nothing is written.
    """
    import pandas as pd
    import pyreadstat

    check_dataset(connection, data)
    frame = connection.sql(data.query()).df()
    for column in data.columns:
        values = frame[column.name]
        if column.is_text:
            frame[column.name] = values.fillna("").astype(str)
        elif column.is_date:
            # Counted from SAS's own day 0, so that a missing date is a missing number and no library guesses.
            frame[column.name] = (pd.to_datetime(values) - pd.Timestamp(1960, 1, 1)).dt.days.astype("float64")
        else:
            frame[column.name] = values.astype("float64")
    pyreadstat.write_xport(
        frame,
        str(path),
        file_label=data.title,
        column_labels=[column.label for column in data.columns],
        table_name=data.name.upper(),
        file_format_version=5,
        variable_format={column.name: DATE_FORMAT for column in data.columns if column.is_date},
    )
