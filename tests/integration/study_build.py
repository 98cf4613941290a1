"""Builds the whole dbt project from hand-made records: raw tables in a DuckDB file, then dbt on them.

Here belongs what turns records of both sources into a built database. Expectations belong in the tests, and the
simulated cohort in `conftest`.
"""

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import yaml

from orchestration.extracts.dictionary import load_dictionaries
from orchestration.extracts.register_words import register_terms, register_words
from orchestration.extracts.site_terms import NO_SITE_TERMS, SiteTerms

PROJECT = Path(__file__).parents[2] / "dbt_project"
STAGING = PROJECT / "models" / "staging"

Record = dict[str, str]
Records = dict[str, list[Record]]

BUILT: list[Callable[[Path, Path, list[str]], None]] = []
"""Asked after every build, with its database, dbt's target folder and options: another engine's turn (`tests/spark`)."""

# One placebo subject, so that the required tables of PRO-ACT are not empty where a test is about the registry.
ONE_CONTROL: Records = {
    "demographics": [{"subject_id": "900001", "Age": "50", "Sex": "Male", "Demographics_Delta": "0"}],
    "treatment": [{"subject_id": "900001", "Study_Arm": "Placebo", "Treatment_Group_Delta": "0"}],
    "alsfrs": [
        {"subject_id": "900001", "ALSFRS_Delta": "0", "ALSFRS_R_Total": "38"},
        {"subject_id": "900001", "ALSFRS_Delta": "100", "ALSFRS_R_Total": "35"},
    ],
    "deathdata": [{"subject_id": "900001", "Subject_Died": "No"}],
}


@dataclass(frozen=True)
class StudyBuild:
    """A built database, and what dbt said of each node."""

    database: Path
    status: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def rows(self, sql: str) -> list[tuple]:
        """Answer of one read-only query."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: str) -> tuple:
        """The only row of one read-only query."""
        (row,) = self.rows(sql)
        return row


def dictionary(source: str) -> dict[str, list[str]]:
    """Delivered columns by table, as the source dictionary lists them."""
    content = yaml.safe_load((STAGING / source / f"_{source}__sources.yml").read_text())["sources"][0]
    return {
        table["name"]: [column["name"] for column in table["columns"] if not column["name"].startswith("_")]
        for table in content["tables"]
    }


def build_study(
    folder: Path,
    *,
    registry: Records | None = None,
    proact: Records | None = None,
    data_cut: date = date(2024, 6, 30),
    shuffle: int | None = None,
    threads: int = 2,
    dbt_tests: bool = True,
    select: Sequence[str] = (),
    target: Path | None = None,
    site_terms: SiteTerms = NO_SITE_TERMS,
) -> StudyBuild:
    """Write the raw schema from records (cells by table) and build the dbt project on it."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "vigil.duckdb"
    with duckdb.connect(str(database)) as connection:
        write_delivery_tables(connection, data_cut)
        for source, records in (("registry", registry or {}), ("proact", proact or {})):
            write_source(connection, source, records, shuffle)
        write_words(connection, site_terms)
    return run_dbt(database, target or folder / "target", threads=threads, dbt_tests=dbt_tests, select=select)


def write_delivery_tables(connection: duckdb.DuckDBPyConnection, data_cut: date) -> None:
    """What the ingest says of the deliveries themselves, still without files."""
    connection.execute("create schema raw")
    for source in ("proact", "registry"):
        connection.execute(
            f"create table raw.{source}_delivered_file(source varchar, release varchar, table_name varchar,"
            " file_name varchar, sha256 varchar, n_record bigint, n_decode_reject bigint, encoding varchar,"
            " delimiter varchar, generation varchar, unknown_columns varchar, missing_columns varchar, simulated boolean)"
        )
        connection.execute(
            f"create table raw.{source}_decode_reject(source varchar, table_name varchar, _file varchar, _line bigint,"
            " rule varchar, reason varchar)"
        )
    connection.execute(
        "create view raw.delivered_file as from raw.proact_delivered_file union all from raw.registry_delivered_file"
    )
    connection.execute("create table raw.data_cut(data_cut date, proact_release varchar)")
    connection.execute("insert into raw.data_cut values (?, 'HANDMADE')", [data_cut])


def write_source(
    connection: duckdb.DuckDBPyConnection, source: str, records: Records, shuffle: int | None
) -> None:
    """Every raw table of one source; `shuffle` seeds another order of the lines."""
    tables = dictionary(source)
    if unknown := set(records) - set(tables):
        raise KeyError(f"{source} has no table {sorted(unknown)}")
    for table, columns in tables.items():
        rows = [dict(row) for row in records.get(table, [])]
        if unknown := {name for row in rows for name in row} - {*columns, "_file"}:
            raise KeyError(f"{table} has no column {sorted(unknown)}")
        if shuffle is not None:
            random.Random(shuffle).shuffle(rows)
        write_table(connection, source, table, columns, rows)


def write_table(
    connection: duckdb.DuckDBPyConnection, source: str, table: str, columns: list[str], rows: list[Record]
) -> None:
    """One raw table with file (a record may have its own, `_file`) and line, and its row in delivered_file."""
    typed = ", ".join(f'"{column}" varchar' for column in columns)
    connection.execute(
        f"create table raw.{source}_{table}({typed}, _file varchar, _line bigint, _extra varchar)"
    )
    if not rows:
        return
    lines = [
        [*(row.get(column) or None for column in columns), row.get("_file", f"{table}.csv"), number + 2, None]
        for number, row in enumerate(rows)
    ]
    marks = ", ".join("?" * len(lines[0]))
    connection.executemany(f"insert into raw.{source}_{table} values ({marks})", lines)
    write_delivered(connection, source, table, f"{table}.csv", len(lines))


def write_delivered(
    connection: duckdb.DuckDBPyConnection, source: str, table: str, file: str, n_row: int
) -> None:
    """The row of a file in delivered_file."""
    connection.execute(
        f"insert into raw.{source}_delivered_file"
        " values (?, 'HANDMADE', ?, ?, '', ?, 0, 'utf-8', ',', '2022', '', '', true)",
        [source.upper(), table, file, n_row],
    )


def write_words(connection: duckdb.DuckDBPyConnection, site_terms: SiteTerms) -> None:
    """What the ingest says of the words of the raw tables that are there."""
    register_terms(connection, site_terms)
    for tables in load_dictionaries(PROJECT).values():
        register_words(connection, tables, site_terms)


def run_dbt(
    database: Path, target: Path, *, threads: int = 2, dbt_tests: bool = True, select: Sequence[str] = ()
) -> StudyBuild:
    """Build every seed and model, or those selected, in this process, with or without the project's own tests."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ |= {
        "VIGIL_BUILD_DB": str(database),
        "VIGIL_THREADS": str(threads),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    options = [] if dbt_tests else ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    options += ["--indirect-selection", "cautious", "--select", *select] if select else []
    result = dbtRunner().invoke(
        [
            "build", "--quiet", "--no-version-check",
            "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            "--target-path", str(target), "--log-path", str(target / "logs"), *options,
        ]
    )  # fmt: skip
    DuckDBConnectionManager.close_all_connections()
    if result.exception is not None:
        raise result.exception
    for other in BUILT:
        other(database, target, options)
    status = {node.node.name: str(node.status) for node in result.result.results}
    failures = {
        node.node.name: node.message or ""
        for node in result.result.results
        if str(node.status) in ("error", "fail")
    }
    return StudyBuild(database, status, failures)
