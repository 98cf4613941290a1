"""Old runs are let go of with their event logs, so that Dagster's home does not grow for ever.

What the pages ask of them stays in the index: the newest materialisation of each asset for each data cut whose release is
whole (a cut whose release was retired turns unmaterialised, as it is), and the newest evaluation of each check.
`DagsterInstance.delete_run` keeps neither, and leaves the run's database. Does not belong here: when this is done.
"""

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.dagster_parts.event_log import PooledEventLog
from orchestration.dagster_parts.partitions import EXPORTS
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import Settings

FINISHED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
INDEX = "index"
BUSY_SECONDS = 1.0
"""How long a database that somebody reads is waited for; the next night tries again."""

_EVENTS_OF_RUN = sqlalchemy.text("""
    delete from event_logs as event
    where event.run_id = :run and not (
        event.dagster_event_type = 'ASSET_MATERIALIZATION' and not exists (
            select 1 from event_logs as newer
            where newer.asset_key = event.asset_key and newer.dagster_event_type = event.dagster_event_type
              and newer.partition is event.partition and newer.id > event.id
        )
        or event.id in (
            select evaluation_event_storage_id from asset_check_executions as evaluation where run_id = :run and not exists (
                select 1 from asset_check_executions as newer
                where newer.asset_key = evaluation.asset_key and newer.check_name = evaluation.check_name
                  and newer.id > evaluation.id
            )
        )
    )
""")
_CHECKS_OF_RUN = sqlalchemy.text("""
    delete from asset_check_executions where run_id = :run and (
        evaluation_event_storage_id is null
        or evaluation_event_storage_id not in (select id from event_logs where run_id = :run)
    )
""")
_PARTITIONS = sqlalchemy.text("""
    select distinct partition from event_logs where asset_key is not null and dagster_event_type = 'ASSET_MATERIALIZATION'
      and partition is not null
""")
_EVENTS_OF_PARTITION = sqlalchemy.text("""
    delete from event_logs where id in (
        select id from event_logs where asset_key is not null and dagster_event_type = 'ASSET_MATERIALIZATION'
          and partition = :partition
    ) and run_id not in :living
""").bindparams(sqlalchemy.bindparam("living", expanding=True))
_TAGS_OF_NOTHING = sqlalchemy.text(
    "delete from asset_event_tags where event_id not in (select id from event_logs)"
)


def let_go_of_old_runs(instance: DagsterInstance, settings: Settings) -> int:
    """What a home lets go of after a night; what cannot be let go of now is tried again after the next.

    Args:
        instance: of the home folder.
        settings: of the home folder.

    Returns:
        Runs deleted.
    """
    n = 0
    with suppress(sqlalchemy.exc.DBAPIError, OSError):
        whole = {m.data_cut for m in ReleaseIndex(settings.releases).standing() if m.has_database}
        exports = EXPORTS.get_partition_keys(dynamic_partitions_store=instance)
        n = forget_old_runs(instance, settings.keep_runs, whole.union(exports))
    write_back_logs(settings.dagster_home)
    return n


def forget_old_runs(instance: DagsterInstance, keep: int, kept_partitions: Collection[str]) -> int:
    """Delete all but the newest finished runs: what is in the index, their databases and logs, the runs themselves.

    Broken off, it goes on where it stopped, as a run itself is deleted last. Needs no lock: nobody writes a finished run.

    Args:
        instance: of a home folder, on its own storage.
        keep: finished runs that stay; 0 keeps all.
        kept_partitions: data cuts and exports whose materialisations stay.

    Returns:
        Runs deleted.

    Raises:
        sqlalchemy.exc.DBAPIError, OSError: Dagster's databases cannot be written.
    """
    finished = instance.run_storage.get_run_ids(RunsFilter(statuses=FINISHED))
    old, storage = finished[keep:] if keep else [], instance.event_log_storage
    if not (old and isinstance(storage, PooledEventLog)):
        return 0
    for run_id in reversed(old):
        with storage.index_connection() as connection:
            connection.execute(_EVENTS_OF_RUN, {"run": run_id})
            connection.execute(_CHECKS_OF_RUN, {"run": run_id})
        storage.forget(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        instance.run_storage.delete_run(run_id)
    # A run is known before it has a database.
    kept = storage.kept()
    living = instance.run_storage.get_run_ids()
    for stray in kept.difference(living):
        storage.forget(stray)
    _forget_partitions(storage, kept_partitions, living)
    return len(old)


def _forget_partitions(storage: PooledEventLog, kept: Collection[str], living: Sequence[str]) -> None:
    """Delete materialisations of runs that are no more, of partitions that are not kept."""
    with storage.index_connection() as connection:
        for (partition,) in connection.execute(_PARTITIONS).fetchall():
            if partition not in kept:
                connection.execute(_EVENTS_OF_PARTITION, {"partition": partition, "living": living})
        connection.execute(_TAGS_OF_NOTHING)


def write_back_logs(dagster_home: Path) -> None:
    """Take write-ahead logs over into their databases, and cut them; one that is in use waits for the next time.

    SQLite does so when the last connection is closed, which a process that ends does not come to.
    """
    for ahead in dagster_home.rglob("*.db-wal"):
        database = ahead.with_name(ahead.name.removesuffix("-wal"))
        if not (database.is_file() and ahead.stat().st_size):
            continue
        with closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as connection:
            # A damaged one is found, and told, by those who read it.
            try:
                connection.execute("pragma wal_checkpoint(truncate)")
            except sqlite3.DatabaseError:
                continue
