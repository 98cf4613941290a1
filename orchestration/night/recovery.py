"""What a process that died left undone or lying about is made good before anything else, by whoever holds the lock.

Refresh, erase, rollback and a run that Dagster launched begin with it. A room that can be interrupted adds its line here;
how it makes good lies in the room.
"""

import shutil
from collections.abc import Iterator

import duckdb

from orchestration.aside import set_aside
from orchestration.disk import keep_room
from orchestration.erasure.recovery import recover_erasures
from orchestration.extracts.store import ExtractStore
from orchestration.modes import secure_home
from orchestration.night.orphan import end_orphan
from orchestration.night.scratch_home import clear_scratch_homes
from orchestration.night.spark_leftovers import clear_spark
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.recovery import complete, mend_ledger
from orchestration.releases.signing import signing_key
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


def recover(settings: Settings, at: str, data_cut: str | None = None) -> list[str]:
    """Make good what processes that died left; call it while holding the lock of the home folder.

    Args:
        settings: the home folder.
        at: when, for the journal.
        data_cut: the one that is made next, where that is known.

    Returns:
        What was made good that a person should know of, a line each.

    Raises:
        OtherKeyError: another pseudonym key is in force than the home was made under.
        AuditError: who was erased cannot be read.
        ValueError: the modes of the home cannot be set.
        SigningError: the key that is to sign cannot be used.
    """
    return list(_made_good(settings, at, data_cut))


def _made_good(settings: Settings, at: str, data_cut: str | None) -> Iterator[str]:
    secure_home(settings)
    # Better known now than when the night is over.
    signing_key(settings.home)
    # Before anything else: it may still be writing.
    if end_orphan(settings):
        yield "dbt was still running for a refresh that died; it was ended"
    yield from clear_spark(settings)
    if clear_scratch_homes(settings):
        yield "what a reproduction or trial that died had laid out was removed"
    if _is_damaged(Warehouse(settings.build_file)):
        yield set_aside(settings.build_file)
    shutil.rmtree(settings.spill, ignore_errors=True)
    ExtractStore(settings.store).clear_leftovers()
    releases = ReleaseIndex(settings.releases)
    yield from mend_ledger(releases, at)
    # A release that holds an erased subject is emptied before its publication could be finished.
    yield from recover_erasures(settings, at)
    yield from complete(releases, at, data_cut)
    keep_room(settings.failures)


def _is_damaged(working: Warehouse) -> bool:
    """Whether there is a working file that is no database; one that somebody holds open is a database."""
    try:
        with working.read():
            return False
    except duckdb.Error as error:
        return working.path.exists() and "Could not set lock" not in str(error)
