"""Dagster's databases: whole, and without runs that nobody makes any more.

They are read as they lie there, without Dagster, and nothing is written beside them.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.dagster_parts.damage import DATABASES, damaged_code, is_whole
from orchestration.health.finding import Finding, Visit
from orchestration.health.room import size_of
from orchestration.lock import QUIET_SECONDS

RUNS = "history/runs.db"
READ_WHOLE = 30 * 2**20
"""Bytes up to which a database is read to its end: a refresh reads more of it."""
COPIED = 100 * 2**20
"""Bytes up to which a database is copied where something is written ahead of it."""
UNFINISHED = ("STARTED", "STARTING")
STUCK = "select count(*) from runs where status in (?, ?) and coalesce(start_time, 0) < ?"
SET_ASIDE = "vigil refresh sets it aside and begins anew; what was released is untouched"


def databases(visit: Visit) -> Iterator[Finding]:
    """Databases and machine code that the next refresh would set aside as damaged."""
    if visit.at_work:
        return
    for name, table in DATABASES.items():
        path = visit.settings.dagster_home / name
        # A server that writes while it is copied makes it look damaged once, and not twice.
        if path.is_file() and not any(_is_whole(path, table) for _ in range(2)):
            yield Finding("dagster", f"{name} is damaged", SET_ASIDE)
    for folder in damaged_code(visit.settings):
        yield Finding(
            "kernels", f"compiled code {folder.name[:12]} is damaged", "vigil refresh compiles it anew"
        )


def unfinished(visit: Visit) -> Iterator[Finding]:
    """Runs that Dagster takes for running while nobody holds the lock."""
    path = visit.settings.dagster_home / RUNS
    if visit.at_work or not path.is_file():
        return
    before = visit.now.timestamp() - QUIET_SECONDS
    try:
        with read_only(path) as connection:
            (n,) = connection.execute(STUCK, (*UNFINISHED, before)).fetchone()
    except sqlite3.DatabaseError:
        # Damaged, which is said elsewhere; or written just now, by a server.
        return
    if n:
        yield Finding(
            "dagster",
            f"{n} {'run is' if n == 1 else 'runs are'} taken for running and nobody makes {'it' if n == 1 else 'them'}",
            "the next vigil refresh fails what is dead",
        )


@contextmanager
def read_only(database: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file, opened so that nothing is written beside it.

    What is written ahead of it is read from a copy elsewhere, as SQLite would take it over into the file; of a large one it
    is left out.
    """
    ahead = database.with_name(f"{database.name}-wal")
    with ExitStack() as stack:
        address = f"{database.as_uri()}?immutable=1"
        if 0 < size_of(ahead) < COPIED - size_of(database):
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="vigil-doctor-")))
            for path in (database, ahead):
                shutil.copyfile(path, folder / path.name)
            address = (folder / database.name).as_uri()
        yield stack.enter_context(closing(sqlite3.connect(address, uri=True)))


def _is_whole(path: Path, table: str) -> bool:
    with read_only(path) as connection:
        return is_whole(connection, table, whole=path.stat().st_size < READ_WHOLE)
