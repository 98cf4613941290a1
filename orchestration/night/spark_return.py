"""What dbt made on Spark comes back into the working file: files to tables, typed and commented as declared.

The macros of `dbt_project/macros/spark` write the files. Does not belong here: what goes out (`spark_run`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.night.spark_run import LAST, SparkRun
from orchestration.night.spark_server import SparkError
from orchestration.night.working_file import WorkingFile
from orchestration.warehouse import comment_on, file_literal, identifier, literal

ENGINE = "build.engine"
"""What dbt ran on, where that was not DuckDB."""


def refuse_unfinished(run: SparkRun) -> None:
    """Stop where dbt did not come to its end on Spark.

    Raises:
        SparkError: it did not.
    """
    if not run.finished:
        raise SparkError(
            "dbt did not come to its end on Spark: the server, the connection to it or dbt itself broke off "
            "(build/work/dbt/logs); nothing was published. Way out: see that the server answers, then refresh again"
        )


def take_back(build: WorkingFile, run: SparkRun, nodes: Mapping[str, Any]) -> None:
    """Put what came back into the working file, typed and commented as declared, in an order of its own content.

    Args:
        build: whose file it is.
        run: that made it.
        nodes: of dbt's `manifest.json`, by unique id.
    """
    back = run.folder / "back"
    declared = {
        (n["schema"], n["name"]): n for n in nodes.values() if n["resource_type"] in ("model", "seed")
    }
    with build.warehouse.write() as connection:
        connection.begin()
        for (layer, table), types in _columns(connection, back).items():
            connection.execute(f"create schema if not exists {layer}")
            node = declared[layer, table]
            _take(connection, f"{layer}.{table}", _declared_types(types, node), back / f"{layer}.{table}")
            if node["config"].get("persist_docs", {}).get("relation"):
                meanings = {name: column["description"] for name, column in node["columns"].items()}
                comment_on(connection, f"{layer}.{table}", node["description"], meanings)
        # A version may have the build behind it.
        (version, *_) = connection.sql(f"from read_parquet({_files(back / LAST)})").fetchall()[0][0].split()
        connection.execute(
            f"create or replace table {ENGINE} as select {literal(f'spark {version}')} as engine"
        )
        connection.commit()


def engine_of(build: WorkingFile) -> str:
    """What the tables of a build were made on, with its version."""
    if not build.warehouse.has(ENGINE):
        return f"duckdb {duckdb.__version__}"
    with build.warehouse.read() as connection:
        return str(connection.sql(f"select engine from {ENGINE}").fetchall()[0][0])


def _columns(connection: duckdb.DuckDBPyConnection, back: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Type by column of each table that came back; Spark's simple types are DuckDB's too."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    if not (back / "columns").exists():
        return found
    rows = connection.sql(
        "select layer, table_name, column_name, type"
        f" from read_parquet({_files(back / 'columns')}) order by layer, table_name, place"
    )
    for layer, table, column, kind in rows.fetchall():
        found.setdefault((layer, table), {})[column] = kind
    return found


def _declared_types(types: Mapping[str, str], node: Mapping[str, Any]) -> dict[str, str]:
    declared = {name.lower(): column.get("data_type") for name, column in node["columns"].items()}
    return {name: declared.get(name.lower()) or kind for name, kind in types.items()}


def _take(connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], folder: Path) -> None:
    columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in types.items())
    connection.execute(f"create or replace table {name} ({columns})")
    # A table without rows may leave no file.
    if any(folder.glob("*.parquet")):
        rows = f"from read_parquet({_files(folder)}) order by all"
        connection.execute(f"insert into {name} by name {rows}")


def _files(folder: Path) -> str:
    literal_folder = file_literal(folder)
    return f"{literal_folder[:-1]}/*.parquet'"
