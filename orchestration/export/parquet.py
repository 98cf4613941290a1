"""Parquet: types as in the mart, label and meaning of every column as field metadata."""

from pathlib import Path

import duckdb

from orchestration.export.dataset import MARK, Dataset


def write_parquet(connection: duckdb.DuckDBPyConnection, data: Dataset, path: Path) -> None:
    """Write one mart."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"release": data.release_id, "label": data.title}
    about |= {"mark": MARK} if data.simulated else {}
    table = connection.execute(data.query()).to_arrow_table()
    fields = [
        field.with_metadata({"label": column.label})
        for field, column in zip(table.schema, data.columns, strict=True)
    ]
    pq.write_table(table.cast(pa.schema(fields, metadata=about)), path, compression="zstd")
