"""Dagster's databases: whole, and without runs that nobody makes any more.

They are read as they lie there, without Dagster, and nothing is written beside them.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.dagster_parts.damage import DATABASES, damaged_code, is_whole
from orchestration.health.finding import Finding, Visit

RUNS = "history/runs.db"
READ_WHOLE = 30 * 2**20
"""Bytes up to which a database is read to its end: a refresh reads more of it."""
UNFINISHED = ("STARTED", "STARTING")
SET_ASIDE = "vigil refresh sets it aside and begins anew; what was released is untouched"


def databases(visit: Visit) -> Iterator[Finding]:
    """Databases and machine code that the next refresh would set aside as damaged."""
    if visit.at_work:
        return
    for name, table in DATABASES.items():
        path = visit.settings.dagster_home / name
        if path.is_file() and not _is_whole(path, table):
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
    marks = ", ".join("?" * len(UNFINISHED))
    try:
        with read_only(path) as connection:
            (n,) = connection.execute(
                f"select count(*) from runs where status in ({marks})", UNFINISHED
            ).fetchone()
    except sqlite3.DatabaseError:
        # Damaged, which is said elsewhere; or written just now, by a server.
        return
    if n:
        yield Finding(
            "dagster",
            f"{n} runs are taken for running and nobody makes them",
            "the next vigil refresh fails them",
        )


@contextmanager
def read_only(database: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file, opened so that nothing is written beside it.

    What is written ahead of it is read from a copy elsewhere: SQLite would take it over into the file.
    """
    ahead = database.with_name(f"{database.name}-wal")
    with TemporaryDirectory(prefix="vigil-doctor-") as folder:
        if ahead.is_file() and ahead.stat().st_size:
            for path in (database, ahead):
                shutil.copyfile(path, Path(folder, path.name))
            database = Path(folder, database.name)
        with closing(sqlite3.connect(f"{database.as_uri()}?immutable=1", uri=True)) as connection:
            yield connection


def _is_whole(path: Path, table: str) -> bool:
    with read_only(path) as connection:
        return is_whole(connection, table, whole=path.stat().st_size < READ_WHOLE)
