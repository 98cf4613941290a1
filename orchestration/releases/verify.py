"""Verifying releases: every byte, every table, and the chain that binds each to the one before."""

from pathlib import Path

import duckdb

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.logical_hash import logical_hash
from orchestration.releases.manifest import GENESIS, MANIFEST, Manifest, read_manifest
from orchestration.releases.publish import ADDRESS_COLUMNS, file_hash
from orchestration.releases.purge import ERASED, RETIRED
from orchestration.settings import DATABASE


def verify_release(folder: Path, *, tables: bool = True) -> list[str]:
    """What is wrong with one release, a line each; empty when nothing is.

    Args:
        folder: the release folder.
        tables: also recompute every table's logical hash.
    """
    try:
        manifest = read_manifest(folder)
    except ValueError as error:
        return [str(error)]
    problems = []
    if manifest.expected_chain() != manifest.chain:
        problems.append(f"release {folder.name}: manifest.json was changed after publication")
    if not manifest.has_database:
        return problems + _more_than_manifest(folder)
    problems += _changed_files(folder, manifest)
    if tables and not problems:
        problems += _changed_tables(folder, manifest)
    return problems


def _more_than_manifest(folder: Path) -> list[str]:
    left = sorted(p.name for p in folder.iterdir() if p.name != MANIFEST)
    return [f"release {folder.name}: {name} should have been deleted" for name in left]


def _changed_files(folder: Path, manifest: Manifest) -> list[str]:
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    problems = [
        f"release {folder.name}: {name} is missing" for name in sorted(manifest.files.keys() - present)
    ]
    problems += [
        f"release {folder.name}: {name} does not belong to it"
        for name in sorted(present - manifest.files.keys())
    ]
    for name, expected in sorted(manifest.files.items()):
        if name in present and file_hash(folder / name) != expected:
            problems.append(f"release {folder.name}: {name} was changed after publication")
    return problems


def _changed_tables(folder: Path, manifest: Manifest) -> list[str]:
    problems = []
    try:
        with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
            for table, digest in manifest.tables.items():
                if logical_hash(connection, table, ADDRESS_COLUMNS) != (digest.logical_hash, digest.n_row):
                    problems.append(f"release {folder.name}: {table} does not hold what was published")
    except duckdb.Error as error:
        problems.append(f"release {folder.name}: {DATABASE} cannot be read ({type(error).__name__})")
    return problems


def verify_chain(index: ReleaseIndex) -> list[str]:
    """Breaks in the chain of releases, a line each."""
    problems: list[str] = _unrecorded_deletions(index)
    before: dict[str, str] = {}
    for folder in index.folders():
        try:
            manifest = read_manifest(folder)
        except ValueError as error:
            problems.append(str(error))
            continue
        expected = GENESIS if manifest.parent_id is None else before.get(manifest.parent_id)
        if expected != manifest.parent_chain:
            problems.append(
                f"release {folder.name}: does not follow on its parent {manifest.parent_id or 'genesis'}"
            )
        before[manifest.release_id] = manifest.chain
    return problems


def _unrecorded_deletions(index: ReleaseIndex) -> list[str]:
    """Manifests that say their database was deleted, though the journal knows nothing of it."""
    told = {(entry.get("release"), entry.get("reason")) for entry in index.journal()}
    problems = []
    for folder in index.folders():
        try:
            manifest = read_manifest(folder)
        except ValueError:
            continue
        for deleted, reason in ((manifest.erased, ERASED), (manifest.retired, RETIRED)):
            if deleted and (folder.name, reason) not in told:
                problems.append(f"release {folder.name}: its deletion ({reason}) is not in the journal")
    return problems
