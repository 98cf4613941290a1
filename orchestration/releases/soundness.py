"""Whether the files of a release are those that were published: every byte, by hash.

Light imports only: asked of the newest release every night. The tables inside are `verify`'s.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from orchestration.releases.journal import Journal
from orchestration.releases.manifest import KEPT, MANIFEST, Manifest, is_genuine, read_manifest
from orchestration.releases.standing import published

Told = Mapping[str, str | None]
"""Chain hashes of the releases whose publication the journal tells (`standing.published`)."""


def file_hash(path: Path) -> str:
    """SHA-256 of a file (hex)."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def changed_files(folder: Path, manifest: Manifest) -> list[str]:
    """Files of a release that are missing, strange or changed, a line each."""
    present = _entries(folder) - KEPT
    missing = [f"{name} is missing" for name in manifest.files.keys() - present]
    strange = [f"{name} does not belong to it" for name in present - manifest.files.keys()]
    changed = [
        f"{name} was changed after publication"
        for name, expected in manifest.files.items()
        if name in present and _differs(folder / name, expected)
    ]
    return [
        f"release {folder.name}: {what}" for what in (*sorted(missing), *sorted(strange), *sorted(changed))
    ]


def unsound(folder: Path, told: Told | None = None) -> list[str]:
    """What is wrong with the manifest and the files of a release, a line each; nothing where only a manifest is left.

    Args:
        folder: of the release.
        told: what the journal says of publications; read for one release, given by who asks of many.
    """
    if wrong := changed_manifest(folder, told):
        return [wrong]
    manifest = read_manifest(folder)
    return changed_files(folder, manifest) if manifest.has_database else []


def changed_manifest(folder: Path, told: Told | None = None) -> str | None:
    """What is wrong with the manifest of a release, by itself and by the journal, which tells what was published; `told` as
    in `unsound`."""
    try:
        manifest = read_manifest(folder)
    except ValueError as error:
        return str(error)
    if not is_genuine(manifest, folder.name):
        return f"release {folder.name}: {MANIFEST} was changed after publication"
    if told is None:
        told = published(Journal.of(folder.parent).entries())
    if told.get(folder.name) not in (None, manifest.chain):
        return f"release {folder.name}: is not the one whose publication is in the journal"
    return None


def missing_or_changed(folder: Path, told: Told) -> bool:
    """Whether a release is damaged at first sight: its manifest, or a file that is not there; no file is read."""
    if changed_manifest(folder, told):
        return True
    manifest = read_manifest(folder)
    return manifest.has_database and not all((folder / name).is_file() for name in manifest.files)


def _entries(folder: Path) -> set[str]:
    """Everything in a release but folders that hold something; a link is a file of its own."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir())
    }


def _differs(path: Path, expected: str) -> bool:
    try:
        return path.is_symlink() or not path.is_file() or file_hash(path) != expected
    except OSError:
        return True
