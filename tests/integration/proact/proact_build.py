"""Builds the PRO-ACT models from hand-made records: raw tables in a DuckDB file, then dbt on them.

Here belongs what turns records into a built database for the tests of this folder. Expectations do not.
"""

import os
import random
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).parents[3] / "dbt_project"
SOURCES = PROJECT / "models" / "staging" / "proact" / "_proact__sources.yml"

Record = dict[str, str]


@dataclass(frozen=True)
class Build:
    """A built database and what dbt said of each node."""

    database: Path
    status: dict[str, str]

    def rows(self, sql: str) -> list[tuple]:
        """Answer of one read-only query."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def dictionary() -> dict[str, list[str]]:
    """Delivered columns by table, as the source dictionary lists them."""
    source = yaml.safe_load(SOURCES.read_text())["sources"][0]
    return {table["name"]: [column["name"] for column in table["columns"]] for table in source["tables"]}


def build(
    records: dict[str, list[Record]],
    folder: Path,
    *,
    shuffle: int | None = None,
    threads: int = 2,
    checks: bool = True,
) -> Build:
    """Write the raw schema from `records` (a list of cells by table) and run dbt on it."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "vigil.duckdb"
    write_raw(records, database, shuffle)
    return Build(database, run_dbt(database, folder, threads, checks))


def write_raw(records: dict[str, list[Record]], database: Path, shuffle: int | None) -> None:
    """The raw schema of a build file, as the ingest leaves it; `shuffle` seeds another order of the lines."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.delivered_file(source varchar, release varchar, table_name varchar, file_name varchar,"
            " sha256 varchar, n_record bigint, n_decode_reject bigint, encoding varchar, delimiter varchar,"
            " generation varchar, unknown_columns varchar, missing_columns varchar, simulated boolean)"
        )
        connection.execute(
            "create table raw.decode_reject(source varchar, table_name varchar, _file varchar, _line bigint,"
            " rule varchar, reason varchar)"
        )
        connection.execute(
            "create table raw.data_cut as select date '2024-01-01' as data_cut, 'HANDMADE' as proact_release"
        )
        for table, columns in dictionary().items():
            write_table(connection, table, columns, list(records.get(table, [])), shuffle)


def write_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: list[str],
    rows: list[Record],
    shuffle: int | None,
) -> None:
    """One raw table with file and line, and its row in delivered_file."""
    unknown = {name for row in rows for name in row} - set(columns)
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    if shuffle is not None:
        random.Random(shuffle).shuffle(rows)
    typed = ", ".join(f'"{column}" varchar' for column in columns)
    connection.execute(
        f"create table raw.proact_{table}({typed}, _file varchar, _line bigint, _extra varchar)"
    )
    file = f"PROACT_{table.upper()}.csv"
    cells = [[row.get(column) or None for column in columns] for row in rows]
    lines = [[*row, file, number + 2, None] for number, row in enumerate(cells)]
    if lines:
        marks = ", ".join("?" * len(lines[0]))
        connection.executemany(f"insert into raw.proact_{table} values ({marks})", lines)
        connection.execute(
            "insert into raw.delivered_file"
            " values ('PROACT', 'HANDMADE', ?, ?, '', ?, 0, 'utf-8', ',', '2022', '', '', true)",
            [table, file, len(lines)],
        )


def run_dbt(database: Path, folder: Path, threads: int, checks: bool) -> dict[str, str]:
    """Build every PRO-ACT model, and unless `checks` is off its tests, in this process; status by node name."""
    environment = {
        "VIGIL_BUILD_DB": str(database),
        "VIGIL_THREADS": str(threads),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with patch.dict(os.environ, environment):
        result = dbtRunner().invoke(
            [
                "build", "--quiet", "--no-version-check", "--no-partial-parse",
                "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
                "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
                "--indirect-selection", "cautious", "--select",
                "resource_type:seed,proact_*", "path:models/staging/proact", "path:models/intermediate/proact",
                "path:tests/proact", *([] if checks else ["--exclude-resource-type", "test"]),
            ]
        )  # fmt: skip
    DuckDBConnectionManager.close_all_connections()
    if result.exception is not None:
        raise result.exception
    return {node.node.name: str(node.status) for node in result.result.results}
