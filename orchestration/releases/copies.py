"""The second copy of every manifest, in `ledger/` beside the releases: a manifest cannot be rebuilt from anything.

Belongs here: writing, comparing and restoring single manifests. Does not belong here: the order of all mending (`recovery`).
"""

import os
from pathlib import Path

from orchestration.aside import set_aside, set_aside_unless
from orchestration.releases.journal import LEDGER, write_in_ledger
from orchestration.releases.manifest import (
    MANIFEST,
    Manifest,
    is_genuine,
    number_of,
    read_manifest_file,
    write_manifest,
)
from orchestration.releases.signing import signature_of


def copy_of(releases: Path, release_id: str) -> Path:
    """Where the copy of a manifest lies."""
    return releases.parent / LEDGER / f"{release_id}.json"


def copied_ids(releases: Path) -> list[str]:
    """Releases whose manifest has a copy, by number."""
    return sorted((p.stem for p in (releases.parent / LEDGER).glob("[0-9]*-*.json")), key=number_of)


def genuine_copy(releases: Path, release_id: str) -> Manifest | None:
    """The copy of a manifest; None where there is none or it is damaged."""
    return _genuine(copy_of(releases, release_id), release_id)


def keep_copy(releases: Path, release_id: str) -> None:
    """Write the copy of a manifest and of its signature, or write it anew."""
    write_in_ledger(copy_of(releases, release_id), (releases / release_id / MANIFEST).read_bytes())
    _keep_signature(releases, release_id)


def _keep_signature(releases: Path, release_id: str) -> None:
    """A signature that is in one place alone is put into the other; `verify` takes either."""
    signed = [
        signature_of(path) for path in (releases / release_id / MANIFEST, copy_of(releases, release_id))
    ]
    for here, there in (signed, reversed(signed)):
        if here.is_file() and not there.exists() and there.parent.is_dir():
            write_in_ledger(there, here.read_bytes())


def mend_manifest(releases: Path, release_id: str) -> list[str]:
    """Make a manifest and its copy whole from each other; two that are genuine and contradict each other stay as they are.

    Returns:
        What was mended or cannot be, a line each.
    """
    path, copy = releases / release_id / MANIFEST, copy_of(releases, release_id)
    return set_aside_unless("file", copy) + _mended(releases, release_id, path, copy)


def _mended(releases: Path, release_id: str, path: Path, copy: Path) -> list[str]:
    here, there = _genuine(path, release_id), _genuine(copy, release_id)
    if here is not None and there is not None and here.chain != there.chain:
        return [
            f"release {release_id}: {MANIFEST} and its copy in {LEDGER}/ contradict each other: vigil releases verify"
        ]
    if here is not None:
        if there is None or here != there:
            keep_copy(releases, release_id)
        _keep_signature(releases, release_id)
        return []
    if there is None:
        return []
    if not path.parent.is_dir() and there.has_database:
        return []
    told = []
    if os.path.lexists(path):
        # Kept in the ledger, where it is no part of the release.
        found = copy.with_name(f"{copy.name}.found")
        os.rename(path, found)
        told.append(set_aside(found))
    path.parent.mkdir(exist_ok=True)
    write_manifest(path.parent, there)
    _keep_signature(releases, release_id)
    return [*told, f"release {release_id}: {MANIFEST} is restored from its copy in {LEDGER}/"]


def _genuine(path: Path, release_id: str) -> Manifest | None:
    try:
        manifest = read_manifest_file(path, release_id)
    except ValueError:
        return None
    return manifest if is_genuine(manifest, release_id) else None
