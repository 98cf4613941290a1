"""What a process that died left undone or lying about is made good before anything else, by whoever holds the lock.

Refresh, erase, rollback and a run that Dagster launched begin with it. A room that can be interrupted adds its line here;
how it makes good lies in the room. Does not belong here: damage that no dead process explains.
"""

from collections.abc import Iterator

from orchestration.erasure.recovery import recover_erasures
from orchestration.extracts.store import ExtractStore
from orchestration.modes import secure_home
from orchestration.releases.currency import finish_interrupted
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import Settings


def recover(settings: Settings, at: str) -> list[str]:
    """Make good what processes that died left; call it while holding the lock of the home folder.

    Args:
        settings: the home folder.
        at: when, for the journal.

    Returns:
        What was made good that a person should know of, a line each.

    Raises:
        OtherKeyError: another pseudonym key is in force than the home was made under.
        AuditError: who was erased cannot be read.
        ValueError: the modes of the home cannot be set.
    """
    return list(_made_good(settings, at))


def _made_good(settings: Settings, at: str) -> Iterator[str]:
    secure_home(settings)
    ExtractStore(settings.store).clear_leftovers()
    # A release that holds an erased subject is emptied before its publication could be finished.
    yield from recover_erasures(settings, at)
    for release_id in finish_interrupted(ReleaseIndex(settings.releases), at=at):
        yield f"release {release_id} had been published by a run that died; its publication is finished"
