"""Dagster's event log with its connections kept open: the same files, and never more open than a few."""

import os
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy
from dagster import DagsterInstance, asset, materialize
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster_homes import instance_in

from orchestration.dagster_parts.event_log import KEPT_OPEN, PooledEventLog, unwritten


@asset
def one() -> int:
    return 1


def test_events_are_read_back_by_the_packaged_storage(tmp_path: Path) -> None:
    with instance_in(tmp_path / "home") as pooled:
        assert isinstance(pooled._event_storage, PooledEventLog)
        run = materialize([one], instance=pooled).run_id
        here = [record.event_log_entry for record in pooled.get_records_for_run(run).records]
    (tmp_path / "home" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with DagsterInstance.from_config(str(tmp_path / "home")) as packaged:
        assert not isinstance(packaged._event_storage, PooledEventLog)
        there = [record.event_log_entry for record in packaged.get_records_for_run(run).records]
        made = packaged.fetch_materializations(one.key, limit=10).records
    assert here == there
    assert [record.run_id for record in made] == [run]


def test_a_log_that_cannot_be_written_ends_no_run(tmp_path: Path) -> None:
    with instance_in(tmp_path / "home") as instance:
        log = instance._event_storage
        assert isinstance(log, PooledEventLog)

        @sqlalchemy.event.listens_for(log._engine("index"), "connect")
        def _read_only(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("pragma query_only = on")

        log._engine("index").pool.dispose()
        assert materialize([one], instance=instance).success
        assert unwritten(instance) > 0
    with instance_in(tmp_path / "home") as instance:
        assert materialize([one], instance=instance).success
        assert unwritten(instance) == 0


def test_a_table_is_looked_for_until_it_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    packaged = SqliteEventLogStorage.has_table

    def noted(log: SqliteEventLogStorage, name: str) -> bool:
        asked.append(name)
        return packaged(log, name)

    monkeypatch.setattr(SqliteEventLogStorage, "has_table", noted)
    with instance_in(tmp_path / "home") as instance:
        log = instance._event_storage
        assert isinstance(log, PooledEventLog)
        instance.add_dynamic_partitions("cuts", ["first"])
        asked.clear()
        assert [instance.has_dynamic_partition("cuts", key) for key in ("first", "second")] == [True, False]
        assert [log.has_table("nowhere"), log.has_table("nowhere")] == [False, False]
    assert asked == ["nowhere", "nowhere"]


def test_many_runs_do_not_use_up_the_file_descriptors(tmp_path: Path) -> None:
    with instance_in(tmp_path / "home") as instance:
        log = instance._event_storage
        assert isinstance(log, PooledEventLog)
        for number in range(30):
            log.get_records_for_run(f"run-{number}")
        assert len(log._engines) <= KEPT_OPEN + 1
        open_now = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if _is_open(fd)]
    assert len({path for path in open_now if "run-" in path}) <= KEPT_OPEN * 3


def _is_open(fd: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{fd}")
