"""Verifying releases: every byte, every table, and the chain that binds each to the one before."""

from pathlib import Path

import duckdb

from orchestration.logical_hash import logical_hash
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import GENESIS, MANIFEST, Manifest, read_manifest
from orchestration.releases.publish import ADDRESS_COLUMNS, DATABASE, file_hash


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
    if manifest.erased:
        return problems
    problems += _changed_files(folder, manifest)
    if tables and not problems:
        problems += _changed_tables(folder, manifest)
    return problems


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
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        for table, digest in manifest.tables.items():
            if logical_hash(connection, table, ADDRESS_COLUMNS) != (digest.logical_hash, digest.n_row):
                problems.append(f"release {folder.name}: {table} does not hold what was published")
    return problems


def verify_chain(index: ReleaseIndex) -> list[str]:
    """Breaks in the chain of releases, a line each."""
    problems, before = [], {}
    for folder in index.folders():
        try:
            manifest = read_manifest(folder)
        except ValueError as error:
            problems.append(str(error))
            continue
        expected = before.get(manifest.parent_id, GENESIS if manifest.parent_id is None else None)
        if expected != manifest.parent_chain:
            problems.append(
                f"release {folder.name}: does not follow on its parent {manifest.parent_id or 'genesis'}"
            )
        before[manifest.release_id] = manifest.chain
    return problems
