"""What is left of a release whose database was deleted: its manifest. Why it was is told elsewhere."""

import shutil
from dataclasses import replace
from pathlib import Path

from orchestration.durable import sync_folder
from orchestration.releases.copies import keep_copy
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import KEPT, read_manifest, write_manifest
from orchestration.releases.standing import ERASED, RETIRED

__all__ = ["ERASED", "RETIRED", "delete_contents", "purge"]


def purge(index: ReleaseIndex, folder: Path, reason: str, at: str) -> None:
    """Shrink a release to its manifest: first the journal says so, and whatever dies after that is completed from there.

    Args:
        index: the releases.
        folder: the release.
        reason: `ERASED` or `RETIRED`.
        at: when, for the journal.
    """
    index.record(at=at, reason=reason, release=folder.name)
    empty(index, folder, reason)


def empty(index: ReleaseIndex, folder: Path, reason: str) -> None:
    """What the journal says already: mark the manifest, delete the rest."""
    kept = replace(read_manifest(folder), erased=reason == ERASED, retired=reason == RETIRED)
    write_manifest(folder, kept)
    delete_contents(folder)
    keep_copy(index.root, folder.name)


def delete_contents(folder: Path) -> int:
    """Delete everything in a release folder but the manifest and its signature.

    Returns:
        Files deleted.
    """
    n_file = 0
    for path in sorted(folder.iterdir()):
        if path.name in KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            n_file += sum(1 for inside in path.rglob("*") if inside.is_file())
            shutil.rmtree(path)
        else:
            path.unlink()
            n_file += 1
    sync_folder(folder)
    return n_file
