"""dbt's step on Spark: what it reads goes out as Parquet files, what later steps read comes back into the working file.

The files lie in a folder of the run that all executors see, and are gone when the step is done; a run that was broken off
leaves them to the next, which removes them first. The macros of `dbt_project/macros/spark` are the other half. Does not
belong here: dbt's command line (`defs.transform`), nor what is in the tables.
"""

import hashlib
import importlib.util
import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.night.working_file import WorkingFile
from orchestration.settings import Settings
from orchestration.warehouse import comment_on, file_literal, identifier, literal, table_names

ENGINE = "build.engine"
"""What dbt ran on, where that was not DuckDB."""
TARGET = ("--target", "spark", "--no-partial-parse")
"""Schemas carry the name of the run, which a parse of another run does not know."""
_RAW = "raw."
_TERM_TABLES = ("proact_adverseevents", "registry_ae", "registry_supp")
"""Where terms of adverse events come from."""
_COMPOSED = "composed_term"
"""Table of terms (lower case, single blanks) that are not in composed letters, and what they are composed: Spark cannot."""


class NoSparkError(RuntimeError):
    """Spark cannot be asked; the message says what to install or to set, in one line."""


@dataclass(frozen=True)
class SparkRun:
    """The files and the schemas of one run.

    Attributes:
        folder: `raw`, what dbt reads, and `back`, what it leaves.
        schema: what the name of each of its schemas begins with.
        raw: the delivered tables that there are.
    """

    folder: Path
    schema: str
    raw: tuple[str, ...]

    @property
    def has_cut(self) -> bool:
        """Whether a data cut is among them, or a PRO-ACT export alone."""
        return "data_cut" in self.raw

    def environment(self) -> dict[str, str]:
        """For the process of dbt, whose profile and macros ask for it."""
        return {
            "VIGIL_SPARK_FOLDER": str(self.folder),
            "VIGIL_SPARK_SCHEMA": self.schema,
            "VIGIL_SPARK_RAW": ",".join(self.raw),
        }


@contextmanager
def spark_run(build: WorkingFile, run_id: str) -> Iterator[SparkRun]:
    """The run of a build, with what it reads laid out; its files are gone afterwards.

    Args:
        build: whose schema `raw` dbt reads.
        run_id: Dagster's.

    Raises:
        NoSparkError: the extra is not installed, or no server is named.
    """
    refuse_without_spark(build.settings)
    home = build.settings.exchange / _home_name(build.settings)
    _remove(home)
    folder = home / run_id[:8]
    try:
        raw = _hand_out(build, folder / "raw")
        (folder / "back").mkdir()
        run = SparkRun(folder, f"{home.name}_{folder.name}", raw)
        os.environ.update(run.environment())
        yield run
    finally:
        _remove(home)


def refuse_without_spark(settings: Settings) -> None:
    """Stop before anything is laid out for an engine that is not there."""
    if importlib.util.find_spec("dbt.adapters.spark") is None or importlib.util.find_spec("pyspark") is None:
        raise NoSparkError("VIGIL_ENGINE is spark, which is not installed: install vigil[spark]")
    if settings.spark_remote is None:
        raise NoSparkError(
            "VIGIL_ENGINE is spark and SPARK_REMOTE is not set: give the address of a Spark Connect server, "
            "sc://host:port"
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
        version = connection.sql(f"from read_parquet({_files(back / 'engine')})").fetchall()[0][0]
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


def _home_name(settings: Settings) -> str:
    """Of a home on a cluster that several share."""
    place = f"{socket.getfqdn()}:{settings.home.resolve()}"
    return f"vigil_{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _hand_out(build: WorkingFile, folder: Path) -> tuple[str, ...]:
    folder.mkdir(parents=True)
    with build.warehouse.read() as connection:
        names = sorted(name.removeprefix(_RAW) for name in table_names(connection) if name.startswith(_RAW))
        for name in names:
            file = literal(str(folder / f"{name}.parquet"))
            connection.execute(f"copy (from raw.{identifier(name)}) to {file} (format parquet)")
        file = literal(str(folder / f"{_COMPOSED}.parquet"))
        connection.execute(f"copy ({_composed_terms(connection, names)}) to {file} (format parquet)")
    return (*names, _COMPOSED)


def _composed_terms(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> str:
    cells = [
        f"select {identifier(column)} as cell from raw.{table}"
        for table in tables if table in _TERM_TABLES
        for column, kind, *_ in connection.sql(f"describe raw.{table}").fetchall() if kind == "VARCHAR"
    ]  # fmt: skip
    return rf"""
        with terms as (
            select distinct lower(trim(regexp_replace(cell, '[\s\p{{Z}}]+', ' ', 'g'))) as term
            from ({" union all ".join(cells) or "select null::varchar as cell"})
            where nfc_normalize(cell) <> cell
        )
        select term, lower(nfc_normalize(term)) as composed from terms
    """


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
