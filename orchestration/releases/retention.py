"""Retention: how many releases stay. What `current` and the next release need is never deleted."""

from dataclasses import replace
from pathlib import Path

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest, read_manifest, write_manifest
from orchestration.releases.purge import RETIRED, delete_contents


def apply_retention(index: ReleaseIndex, keep: int, at: str = "") -> list[str]:
    """Remove the oldest releases beyond `keep` (0 keeps all); manifests stay, so that the chain still verifies.

    Args:
        index: the releases.
        keep: how many of the newest keep their database; `current`, the newest release and its parent always do.
        at: when, for the journal.

    Returns:
        Ids whose database and report were removed.
    """
    if keep <= 0:
        return []
    needed = _needed(index)
    removed = []
    for folder in index.folders()[:-keep]:
        manifest = read_manifest(folder)
        if folder.name in needed or not manifest.has_database:
            continue
        _retire(folder, manifest)
        index.record(at=at, reason=RETIRED, release=folder.name)
        removed.append(folder.name)
    return removed


def _retire(folder: Path, manifest: Manifest) -> None:
    write_manifest(folder, replace(manifest, retired=True))
    delete_contents(folder)


def _needed(index: ReleaseIndex) -> set[str | None]:
    current, newest = index.current(), index.newest()
    return {current.name if current else None} | ({newest.release_id, newest.parent_id} if newest else set())
