"""dbt's step on Spark: what it reads goes out as Parquet files, into a folder of the run that all executors see.

They are gone when the step is done (`spark_leftovers`). The macros of `dbt_project/macros/spark` are the other half. Does
not belong here: what comes back (`spark_return`), the server (`spark_server`), dbt's command line (`defs.transform`), nor
what is in the tables.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from orchestration.night.spark_leftovers import lay_out, remove_laid_out
from orchestration.night.spark_reach import ended_without
from orchestration.night.spark_server import refuse_without_spark, spark_server
from orchestration.night.working_file import WorkingFile
from orchestration.processes import process
from orchestration.settings import in_environment
from orchestration.warehouse import identifier, literal, table_names

TARGET = ("--target", "spark", "--no-partial-parse")
"""Schemas carry the name of the run, which a parse of another run does not know."""
LAST = "engine"
"""What is written back when all the rest has been, and the schemas are dropped: what worked."""
_RAW = "raw."
_TERM_TABLES = ("proact_adverseevents", "registry_ae", "registry_supp")
"""Where terms of adverse events come from."""
_COMPOSED = "composed_term"
"""Table of terms (lower case, single blanks) that are not in composed letters, and what they are composed: Spark cannot."""


@dataclass(frozen=True)
class SparkRun:
    """The files and the schemas of one run.

    Attributes:
        folder: `raw`, what dbt reads, and `back`, what it leaves.
        schema: what the name of each of its schemas begins with.
        raw: the delivered tables that there are.
        server: where it is, for the client.
    """

    folder: Path
    schema: str
    raw: tuple[str, ...] = ()
    server: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def finished(self) -> bool:
        """Whether dbt came to its end: what it wrote last is there."""
        return any((self.folder / "back" / LAST).glob("*.parquet"))

    @property
    def has_cut(self) -> bool:
        """Whether a data cut is among them, or a PRO-ACT export alone."""
        return "data_cut" in self.raw

    def watched(self, pid: int) -> AbstractContextManager[None]:
        """While it lasts, dbt's process ends if the server has gone."""
        return ended_without(self.server["SPARK_REMOTE"], process(pid))

    def environment(self) -> AbstractContextManager[None]:
        """For the process of dbt, whose profile and macros ask for it, while it is started."""
        return in_environment(
            {
                "VIGIL_SPARK_FOLDER": str(self.folder),
                "VIGIL_SPARK_SCHEMA": self.schema,
                "VIGIL_SPARK_RAW": ",".join(self.raw),
                **self.server,
            }
        )


@contextmanager
def spark_run(build: WorkingFile, run_id: str) -> Iterator[SparkRun]:
    """The run of a build, with what it reads laid out; its files are gone afterwards.

    Args:
        build: whose schema `raw` dbt reads.
        run_id: Dagster's.

    Raises:
        SparkError: Spark is not installed, no server is named, or it cannot be started.
    """
    refuse_without_spark(build.settings)
    remove_laid_out(build.settings)
    home = lay_out(build.settings)
    run = SparkRun(home / run_id[:8], f"{home.name}_{run_id[:8]}")
    try:
        with spark_server(build.settings, run.folder) as server:
            raw = _hand_out(build, run.folder / "raw")
            (run.folder / "back").mkdir()
            yield replace(run, raw=raw, server=server)
    finally:
        remove_laid_out(build.settings)


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
            select distinct lower(trim(regexp_replace(cell, '[\s\x0b\p{{Z}}]+', ' ', 'g'))) as term
            from ({" union all ".join(cells) or "select null::varchar as cell"})
            where nfc_normalize(cell) <> cell
        )
        select term, lower(nfc_normalize(term)) as composed from terms
    """
