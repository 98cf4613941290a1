"""What dbt made on Spark comes back into the working file: files to tables, typed and commented as declared.

The macros of `dbt_project/macros/spark` write the files. Does not belong here: what goes out (`spark_run`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
            "dbt did not come to its end on Spark, nothing was published: the server or the connection to it broke off, or "
            "what build/work/dbt/logs says at its end. Way out: see that the server answers and its executors may write "
            "into VIGIL_STORE, then refresh again"
        )


def take_back(build: WorkingFile, run: SparkRun, nodes: Mapping[str, Any]) -> None:
    """Put what came back into the working file, typed and commented as declared, in an order of its own content.

    Args:
        build: whose file it is.
        run: that made it.
        nodes: of dbt's `manifest.json`, by unique id.

    Raises:
        SparkError: less came back than was made.
    """
    back = run.folder / "back"
    declared = {
        (n["schema"], n["name"]): n for n in nodes.values() if n["resource_type"] in ("model", "seed")
    }
    with build.warehouse.write() as connection:
        connection.begin()
        version, n_table = connection.sql(f"from read_parquet({_files(back / LAST)})").fetchall()[0]
        made = _made(connection, back)
        _refuse_lost("tables", n_table, len(made))
        for table in made:
            node = declared[table.layer, table.name]
            connection.execute(f"create schema if not exists {table.layer}")
            _take(connection, table, _declared_types(table.types, node), back)
            if node["config"].get("persist_docs", {}).get("relation"):
                meanings = {name: column["description"] for name, column in node["columns"].items()}
                comment_on(connection, table.relation, node["description"], meanings)
        engine = literal(named(version))
        connection.execute(f"create or replace table {ENGINE} as select {engine} as engine")
        connection.commit()


def engine_of(build: WorkingFile) -> str:
    """What the tables of a build were made on, with its version."""
    if not build.warehouse.has(ENGINE):
        return f"duckdb {duckdb.__version__}"
    with build.warehouse.read() as connection:
        return str(connection.sql(f"select engine from {ENGINE}").fetchall()[0][0])


def named(version: str) -> str:
    """Apache Spark's version has its revision behind it; another server's has not, and is not one of Spark's."""
    number, _, revision = version.strip().partition(" ")
    return f"spark {number}" if revision else f"spark connect, server {number}"


@dataclass(frozen=True)
class _Made:
    """A table as Spark has it: type by column, of which the simple ones are DuckDB's too, and its rows."""

    layer: str
    name: str
    n_row: int
    types: dict[str, str] = field(default_factory=dict)

    @property
    def relation(self) -> str:
        return f"{self.layer}.{self.name}"


def _made(connection: duckdb.DuckDBPyConnection, back: Path) -> list[_Made]:
    """What must come back."""
    found: dict[tuple[str, str], _Made] = {}
    if not (back / "columns").exists():
        return []
    rows = connection.sql(
        "select layer, table_name, n_row, column_name, type"
        f" from read_parquet({_files(back / 'columns')}) order by layer, table_name, place"
    )
    for layer, table, n_row, column, kind in rows.fetchall():
        found.setdefault((layer, table), _Made(layer, table, n_row)).types[column] = kind
    return list(found.values())


def _declared_types(types: Mapping[str, str], node: Mapping[str, Any]) -> dict[str, str]:
    declared = {name.lower(): column.get("data_type") for name, column in node["columns"].items()}
    return {name: declared.get(name.lower()) or kind for name, kind in types.items()}


def _take(connection: duckdb.DuckDBPyConnection, table: _Made, types: Mapping[str, str], back: Path) -> None:
    columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in types.items())
    connection.execute(f"create or replace table {table.relation} ({columns})")
    folder = back / table.relation
    # A table without rows may leave no file.
    if any(folder.glob("*.parquet")):
        rows = f"from read_parquet({_files(folder)}) order by all"
        connection.execute(f"insert into {table.relation} by name {rows}")
    ((n_row,),) = connection.sql(f"select count(*) from {table.relation}").fetchall()
    _refuse_lost(f"rows of {table.relation}", table.n_row, n_row)


def _refuse_lost(what: str, n_made: int, n_back: int) -> None:
    """Stop where Spark has more, or less, than came back.

    Raises:
        SparkError: it has.
    """
    if n_made != n_back:
        raise SparkError(
            f"of {n_made} {what} that Spark has made {n_back} came back; nothing was published. Way out: see that all "
            "executors write into VIGIL_STORE, one folder under one path, then refresh again"
        )


def _files(folder: Path) -> str:
    literal_folder = file_literal(folder)
    return f"{literal_folder[:-1]}/*.parquet'"
