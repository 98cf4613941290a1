"""Dagster's SQLite storage with the event log's connections kept open.

The packaged event log makes a new engine for every event, so that each of the thousands of events of a refresh opens a file
and compiles its statements anew: a fifth of a night on small deliveries. Everything else is inherited. Drop this file when
Dagster keeps its engines.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData


class PooledEventLog(SqliteEventLogStorage):
    """One engine, and so one pool and one cache of compiled statements, per database file."""

    def __init__(self, base_dir: str) -> None:
        """The event log under a folder."""
        self._engines: dict[str, sqlalchemy.Engine] = {}
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        if shard not in self._engines:
            self._engines[shard] = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            )
        return self._engines[shard]

    def dispose(self) -> None:
        """Close every connection, and stop watching."""
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()


class PooledSqliteStorage(DagsterSqliteStorage):
    """Runs and schedules as packaged, events through the pool; the files are the same."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """The storage of a Dagster home."""
        super().__init__(base_dir, inst_data)
        packaged = self._event_log_storage
        self._event_log_storage = PooledEventLog(packaged._base_dir)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> "PooledSqliteStorage":
        """From `dagster.yaml`."""
        return cls.from_local(inst_data=inst_data, **config_value)
