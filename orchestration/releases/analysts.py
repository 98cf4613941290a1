"""How analysts open a release: read-only, and closed to everything else.

    from orchestration.releases.analysts import connect
    connect().sql("from results.effect_estimate")

The connection neither writes files nor reads others, attaches nothing, loads no extension and cannot be opened up again.
"""

import os
import shutil
import tempfile
from pathlib import Path

import duckdb

from orchestration.releases.index import CURRENT, ReleaseIndex
from orchestration.settings import Settings

HARDENED = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
}


def connect(release: str = CURRENT, home: Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """Open a release for reading.

    The file is opened under the release's own path, so that a long session stays on its release whatever `current` becomes.

    Args:
        release: id, number or `current`.
        home: the home folder; by default the one the environment names.

    Raises:
        LookupError: there is no such release, or only its manifest is left.
    """
    root = Path(home).resolve() / "releases" if home is not None else Settings.from_environment().releases
    return open_hardened(ReleaseIndex(root).database(release))


def open_hardened(database: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a database file without access to anything else.

    Where somebody holds the file open for writing, which DuckDB takes for a lock, a private copy is read.
    """
    try:
        return _open(database)
    except duckdb.IOException as error:
        if "lock" not in str(error):
            raise
    return _open_copy(database)


def _open_copy(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a copy that has no name any more: it is gone with the connection."""
    home = database.parents[2] / "build"
    beside = home if home.is_dir() and os.access(home, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="reading-", dir=beside) as folder:
        return _open(Path(shutil.copyfile(database, Path(folder) / database.name)))


def _open(database: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(database), read_only=True, config=dict(HARDENED))
