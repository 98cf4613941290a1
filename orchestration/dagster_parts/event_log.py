"""Dagster's SQLite storage with the event log's connections kept open.

The packaged event log makes a new engine for every event, so that each of the thousands of events of a refresh opens a file
and compiles its statements anew: a fifth of a night on small deliveries. Everything else is inherited. What is
inherited lies in private modules, which nothing else here imports: hence the exact version in `pyproject.toml`. Drop this
file when Dagster keeps its engines.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from dagster import DagsterEvent, DagsterInstance, DagsterRun, EventLogEntry
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from orchestration.dagster_parts.told_failure import without_failure

# A run has a database of its own; a server that shows many of them must not run out of file descriptors.
KEPT_OPEN = 4
LOCATION, REPOSITORY = "orchestration.definitions", "__repository__"
"""Where the pages find the jobs: the module of `workspace.yaml`, and Dagster's name for what it defines."""


class PooledEventLog(SqliteEventLogStorage):
    """One engine, and so one pool and one cache of compiled statements, per database file."""

    def __init__(self, base_dir: str) -> None:
        """The event log under a folder."""
        self._engines: dict[str, sqlalchemy.Engine] = {}
        self._tables: set[str] = set()
        self.n_unwritten = 0
        super().__init__(base_dir)

    def store_event(self, event: EventLogEntry) -> None:
        """Write an event; one that cannot be written is counted: what is told of a night does not end it."""
        try:
            super().store_event(_reason_first(event))
        except sqlalchemy.exc.DBAPIError:
            self.n_unwritten += 1

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; one that was there stays, and is not asked for again at every partition."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def forget(self, run_id: str) -> None:
        """Delete the database of a run."""
        with self._db_lock:
            self._let_go(run_id)
            for suffix in ("", "-wal", "-shm"):
                Path(self.path_for_shard(run_id) + suffix).unlink(missing_ok=True)

    def kept(self) -> set[str]:
        """Runs that have a database."""
        return {path.stem for path in Path(self._base_dir).glob("*.db")} - {INDEX_SHARD_NAME}

    def _let_go(self, shard: str) -> None:
        """Close a database; one that is opened again is looked at anew."""
        self._initialized_dbs.discard(shard)
        if engine := self._engines.pop(shard, None):
            engine.dispose()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            if shard in self._initialized_dbs and not os.path.exists(self.path_for_shard(shard)):
                # Another process let go of the run.
                self._let_go(shard)
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        if shard not in self._engines:
            self._close_all_but(KEPT_OPEN - 1)
            self._engines[shard] = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            )
            sqlalchemy.event.listen(self._engines[shard], "connect", _sync_less)
        return self._engines[shard]

    def _close_all_but(self, n: int) -> None:
        """Close the databases opened first; the index, which every event of an asset is written to, stays open."""
        runs = [shard for shard in self._engines if shard != INDEX_SHARD_NAME]
        for shard in runs[: max(len(runs) - n, 0)]:
            self._engines.pop(shard).dispose()

    def dispose(self) -> None:
        """Close every connection, and stop watching."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _sync_less(connection: sqlite3.Connection, _record: object) -> None:
    """Written ahead, a log is whole after a power cut without being on the disk at every event, of which the last may go."""
    connection.execute("pragma synchronous = normal")


def unwritten(instance: DagsterInstance) -> int:
    """How many events an instance could not write since it was opened."""
    return getattr(instance.event_log_storage, "n_unwritten", 0)


class RunsOfHome(SqliteRunStorage):
    """Runs as packaged; each is shown under its job, and a state that cannot be written is not what one fails of."""

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        """Add a run; one of the command line, which comes from no code location, as of the one that the pages show."""
        return super().add_run(_of_the_pages(without_failure(dagster_run)))

    def handle_run_event(
        self, run_id: str, event: DagsterEvent, update_timestamp: datetime | None = None
    ) -> None:
        """Write the state of a run."""
        with suppress(sqlalchemy.exc.DBAPIError):
            super().handle_run_event(run_id, event, update_timestamp)


def _reason_first(event: EventLogEntry) -> EventLogEntry:
    if event.dagster_event is None or not event.dagster_event.is_failure:
        return event
    # What knows the reasons takes a second to import, and few runs fail.
    from orchestration.dagster_parts.run_reasons import reason_first

    return reason_first(event)


def _of_the_pages(run: DagsterRun) -> DagsterRun:
    if run.remote_job_origin is not None:
        return run
    location = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(LOCATION), REPOSITORY)
    return run._replace(remote_job_origin=RemoteJobOrigin(location, run.job_name))


class PooledSqliteStorage(DagsterSqliteStorage):
    """Runs and schedules as packaged, events through the pool; the files are the same."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """The storage of a Dagster home."""
        super().__init__(base_dir, inst_data)
        packaged = self._event_log_storage
        self._event_log_storage = PooledEventLog(packaged._base_dir)
        self._run_storage = RunsOfHome(self._run_storage._conn_string)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> "PooledSqliteStorage":
        """From `dagster.yaml`."""
        return cls.from_local(inst_data=inst_data, **config_value)
