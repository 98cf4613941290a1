"""The releases made whole at the start of every command that may change them: after a kill, a damaged file, a slip of hand.

What the journal says holds, and what is lost is taken from the second copies in `ledger/`. A damaged release stops no night:
it is neither current nor a parent any more. Belongs here: the order. Does not belong here: finding all that a hand may have
changed (`verify`).
"""

import os
from collections.abc import Iterator
from dataclasses import replace

from orchestration.aside import set_aside
from orchestration.releases.copies import mend_manifest
from orchestration.releases.currency import finish_interrupted
from orchestration.releases.index import CURRENT, ReleaseIndex, newest
from orchestration.releases.journal import JOURNAL, Journal
from orchestration.releases.manifest import KEPT, MANIFEST, Manifest, write_manifest
from orchestration.releases.purge import ERASED, RETIRED, empty, purge
from orchestration.releases.soundness import changed_files, changed_manifest, unsound
from orchestration.releases.standing import (
    DAMAGED,
    PUBLISHED,
    SOUND,
    damaged,
    deleted,
    held,
    intended,
    published,
    switched_to,
)
from orchestration.settings import DATABASE


def mend_ledger(index: ReleaseIndex, at: str) -> list[str]:
    """Make the journal, the manifests and their copies whole from each other. The caller holds the lock.

    Args:
        index: the releases.
        at: now, for the journal.

    Returns:
        What was mended, or cannot be, a line each.
    """
    if not index.root.is_dir():
        return []
    journal = Journal.of(index.root)
    journal.clear_staged()
    told = journal.mend()
    for release_id in index.known_ids():
        told += mend_manifest(index.root, release_id)
    return told + list(_begin_journal(index, at))


def complete(index: ReleaseIndex, at: str, data_cut: str | None = None) -> list[str]:
    """Complete deletions and publications that were killed, pass over damaged releases, and mend `current`. The caller holds
    the lock, after `mend_ledger`.

    Args:
        index: the releases.
        at: now, for the journal.
        data_cut: the one that is made next, where that is known: its parent is checked as the newest release is.

    Returns:
        What was made good, a line each.
    """
    if not index.root.is_dir():
        return []
    told = list(_complete_deletions(index, at))
    for release_id in finish_interrupted(index, at=at):
        told.append(
            f"release {release_id} had been published by a run that died; its publication is finished"
        )
    return [*told, *_pass_over_damaged(index, at, data_cut), *_mend_current(index, at)]


def _begin_journal(index: ReleaseIndex, at: str) -> Iterator[str]:
    """A journal that was lost with its copy is begun with what is there, so that nothing is published or deleted again."""
    manifests, current = index.manifests(), index.current()
    if not manifests or current is None or any(True for _ in index.journal()):
        return
    reason = "the journal was lost; taken from what is there"
    for manifest in manifests:
        known = {"release": manifest.release_id, "chain": manifest.chain}
        index.record(at=at, act=PUBLISHED, reason=reason, **known)
        if not manifest.has_database:
            index.record(at=at, act=ERASED if manifest.erased else RETIRED, reason=reason, **known)
    index.switch(current.name, at=at, reason=reason)
    yield f"{JOURNAL} was lost: it begins anew with {len(manifests)} releases, and {CURRENT} stays {current.name}"


def _complete_deletions(index: ReleaseIndex, at: str) -> Iterator[str]:
    told = deleted(index.journal())
    for manifest in index.manifests():
        folder = index.root / manifest.release_id
        left = [path for path in folder.iterdir() if path.name not in KEPT]
        reason = told.get(folder.name)
        if reason is not None and (left or manifest.has_database):
            empty(index, folder, reason)
            yield f"release {folder.name}: its deletion ({reason}) had been interrupted and is completed"
        elif reason is None and not manifest.has_database:
            yield _deleted_untold(index, manifest, at)


def _deleted_untold(index: ReleaseIndex, manifest: Manifest, at: str) -> str:
    """A manifest that says its release was deleted, though the journal does not: undone where everything is still there."""
    folder = index.root / manifest.release_id
    whole = replace(manifest, erased=False, retired=False)
    if (folder / DATABASE).exists() and not changed_files(folder, whole):
        write_manifest(folder, whole)
        return f"release {folder.name}: its deletion had hardly begun and is undone"
    reason = ERASED if manifest.erased else RETIRED
    purge(index, folder, reason, at)
    return f"release {folder.name}: its deletion ({reason}) had been interrupted and is completed"


def _pass_over_damaged(index: ReleaseIndex, at: str, data_cut: str | None) -> Iterator[str]:
    """The newest release, `current` and what cannot be read at all: one that is not what was published does not stand."""
    yield from _restored(index, at)
    readable, broken = {m.release_id for m in index.manifests()}, damaged(index.journal())
    told = published(index.journal())
    for release_id in index.known_ids():
        if release_id not in broken and release_id not in readable:
            yield _pass_over(index, release_id, f"{MANIFEST} or the whole folder is gone or damaged", at)
        elif release_id not in broken and release_id not in told:
            yield _pass_over(index, release_id, "its publication is not in the journal", at)
        elif (wrong := changed_manifest(index.root / release_id, told)) and release_id not in broken:
            yield _pass_over(index, release_id, wrong, at)
        elif wrong and release_id in readable:
            # Not what a disk does: said until somebody has looked.
            yield f"{wrong}; it does not count: vigil releases verify, or a backup"
    checked: set[str] = set()
    while (asked := _next_to_check(index, data_cut, checked)) is not None:
        checked.add(asked)
        if found := unsound(index.root / asked):
            yield _pass_over(index, asked, found[0], at)


def _next_to_check(index: ReleaseIndex, data_cut: str | None, checked: set[str]) -> str | None:
    """What a night rests on: `current`, the newest release, the one that may be chosen, the parent."""
    current, standing = index.current(), index.standing()
    asked = [newest(standing), index.choice_of(standing), newest(standing, data_cut)]
    names = [m.release_id for m in asked if m is not None]
    if current is not None and current.name not in damaged(index.journal()):
        names.insert(0, current.name)
    return next((name for name in names if name not in checked), None)


def _restored(index: ReleaseIndex, at: str) -> Iterator[str]:
    told = published(index.journal())
    for release_id in sorted(damaged(index.journal()) & told.keys()):
        if not unsound(index.root / release_id, told):
            index.record(at=at, act=SOUND, reason="what was published is back", release=release_id)
            yield f"release {release_id} is again what was published, and counts again"


def _pass_over(index: ReleaseIndex, release_id: str, wrong: str, at: str) -> str:
    index.record(at=at, act=DAMAGED, reason=wrong, release=release_id)
    what = wrong.removeprefix(f"release {release_id}: ")
    return f"release {release_id} is damaged and does not count ({what}): vigil releases verify, or a backup"


def _mend_current(index: ReleaseIndex, at: str) -> Iterator[str]:
    """`current` follows the journal: the last one intended; while that cannot be, the newest that may be chosen."""
    link, found, last = index.root / CURRENT, index.current(), switched_to(index.journal())
    wanted, reason = _wanted(index, last)
    if found is not None and found.name == wanted == last:
        return
    there = os.path.lexists(link)
    if there and not link.is_symlink():
        yield set_aside(link)
    if wanted is None:
        if there and link.is_symlink():
            index.withdraw(at=at, reason=reason)
            yield f"no whole release that is not held is left to be {CURRENT}"
    elif wanted == last:
        index.point_at(wanted)
        was = f"pointed at {found.name}" if found else "was dangling or no release" if there else "was gone"
        yield f"{CURRENT} {was}; it is {wanted} by the journal. Another release is made current by vigil releases rollback"
    else:
        index.switch(wanted, at=at, reason=reason, automatic=True)
        yield f"{CURRENT} is now {wanted}: {reason}"


def _wanted(index: ReleaseIndex, last: str | None) -> tuple[str | None, str]:
    """What should be current, and why where that is not what was so last."""
    meant, whole = intended(index.journal()), {m.release_id for m in index.standing() if m.has_database}
    if meant in whole and (meant == last or meant not in held(index.journal())):
        return meant, f"{meant} is whole again and was current before"
    chosen = index.choice()
    return (
        chosen.release_id if chosen else None,
        f"{meant or 'nothing'} cannot be current; the newest release that is whole and not held",
    )
