"""Erasing a subject from releases: every release that holds the subject shrinks to its manifest.

A manifest names files, tables and hashes, no subject; it stays as a tombstone, so that the chain of what follows still
verifies. Not here: landing, store and builds (`orchestration.erasure.subject`).
"""

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.releases.analysts import open_hardened
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import read_manifest, write_manifest
from orchestration.releases.purge import ERASED, delete_contents
from orchestration.settings import DATABASE

SUBJECT_COLUMNS = ("usubjid", "subjid")


@dataclass(frozen=True)
class ErasedReleases:
    """What became of the releases.

    Attributes:
        purged: ids of the releases that held the subject.
        data_cuts: their data cuts that have no other release left: the next refresh cuts them anew.
        current: what `current` points at now; None if no release is left.
    """

    purged: tuple[str, ...]
    data_cuts: tuple[str, ...]
    current: str | None


def erase_from_releases(
    index: ReleaseIndex,
    pseudonyms: Collection[str],
    *,
    at: str,
    whole_ids: bool = False,
    step: Callable[[str], None] = lambda name: None,
) -> ErasedReleases:
    """Delete database and report of every release that holds one of some subjects.

    First `current` moves to the newest release that stays and is not held, then the others are emptied; running it again
    completes what a crash left.

    Args:
        index: the releases.
        pseudonyms: of the subjects, as in USUBJID behind the study; whole USUBJIDs with `whole_ids`.
        at: when, for the journal.
        whole_ids: compare subject columns whole, for ids (of PRO-ACT) that may be part of other text.
        step: called before each write with its name; tests kill the process there.
    """
    for half_made in index.root.glob(".tmp-*"):
        shutil.rmtree(half_made)
    doomed = [f for f in index.folders() if _to_purge(f, frozenset(pseudonyms), whole_ids)]
    kept = [m for f in index.folders() if f not in doomed and (m := read_manifest(f)).has_database]
    current = index.current()
    if current in doomed:
        step("current")
        _move_current(index, doomed, at)
    for folder in doomed:
        step(f"mark {folder.name}")
        write_manifest(folder, replace(read_manifest(folder), erased=True))
        step(f"journal {folder.name}")
        index.record(at=at, reason=ERASED, release=folder.name)
        step(f"empty {folder.name}")
        delete_contents(folder)
    now = index.current()
    gone = {read_manifest(folder).data_cut for folder in doomed} - {m.data_cut for m in kept}
    return ErasedReleases(tuple(f.name for f in doomed), tuple(sorted(gone)), now.name if now else None)


def _move_current(index: ReleaseIndex, doomed: list[Path], at: str) -> None:
    newest, reason = index.choice([f.name for f in doomed]), "the release before held an erased subject"
    if newest is None:
        index.withdraw(at=at, reason=reason)
    else:
        index.switch(newest.release_id, at=at, reason=reason, automatic=True)


def _to_purge(folder: Path, pseudonyms: frozenset[str], whole_ids: bool) -> bool:
    database = folder / DATABASE
    if not database.exists():
        # An erasure that was interrupted: marked, not yet emptied.
        return read_manifest(folder).erased and any(p.name != "manifest.json" for p in folder.iterdir())
    try:
        return holds_subject(database, pseudonyms, whole_ids=whole_ids)
    except duckdb.Error:
        # What cannot be read cannot be shown to be free of the subject.
        return True


def holds_subject(database: Path, pseudonyms: Collection[str], *, whole_ids: bool = False) -> bool:
    """Whether any text in any table of a database names one of some subjects.

    Raises:
        duckdb.Error: it cannot be read.
    """
    with open_hardened(database) as connection:
        columns = connection.sql(
            "select schema_name, table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' and not internal"
        ).fetchall()
        by_table: dict[str, list[str]] = {}
        for schema, table, column in columns:
            if not whole_ids or column.lower() in SUBJECT_COLUMNS:
                by_table.setdefault(f'"{schema}"."{table}"', []).append(column)
        return any(
            _table_holds(connection, table, names, name, whole_ids)
            for table, names in by_table.items()
            for name in pseudonyms
        )


def _table_holds(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], name: str, whole: bool
) -> bool:
    test = '"{}" = $name' if whole else 'contains("{}", $name)'
    where = " or ".join(test.format(column) for column in columns)
    found = connection.execute(f"select 1 from {table} where {where} limit 1", {"name": name}).fetchone()
    return found is not None
