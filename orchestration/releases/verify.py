"""Verifying one release: every byte and every table. The ledger around it is `verify_ledger`'s."""

from pathlib import Path

import duckdb

from orchestration.releases.logical_hash import logical_hashes
from orchestration.releases.manifest import KEPT, Manifest, overall_hash, read_manifest
from orchestration.releases.publish import ADDRESS_COLUMNS
from orchestration.releases.soundness import unsound
from orchestration.settings import DATABASE
from orchestration.warehouse import table_names


def verify_release(folder: Path, *, tables: bool = True) -> list[str]:
    """What is wrong with one release, a line each; empty when nothing is.

    Args:
        folder: the release folder.
        tables: also recompute every table's logical hash.
    """
    if folder.is_symlink():
        return [f"release {folder.name}: its folder is a link to another place"]
    problems = unsound(folder)
    if problems:
        return problems
    manifest = read_manifest(folder)
    if not manifest.has_database:
        return _more_than_manifest(folder)
    return _changed_tables(folder, manifest) if tables else []


def _more_than_manifest(folder: Path) -> list[str]:
    left = sorted(p.name for p in folder.iterdir() if p.name not in KEPT)
    return [f"release {folder.name}: {name} should have been deleted" for name in left]


def _changed_tables(folder: Path, manifest: Manifest) -> list[str]:
    problems = []
    if overall_hash(manifest.tables) != manifest.logical_hash:
        problems.append(f"release {folder.name}: its logical hash is not that of its tables")
    try:
        with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
            there = table_names(connection)
            hashes = logical_hashes(connection, manifest.tables.keys() & there, ADDRESS_COLUMNS)
    except duckdb.Error as error:
        return [*problems, f"release {folder.name}: {DATABASE} cannot be read ({type(error).__name__})"]
    return problems + [
        f"release {folder.name}: {table} {'does not hold what was published' if table in there else 'is missing'}"
        for table, digest in manifest.tables.items()
        if hashes.get(table) != (digest.logical_hash, digest.n_row)
    ]
