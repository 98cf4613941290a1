"""What Dagster and compiled code leave in a home folder can be made anew: damaged, it is set aside before it is opened.

Does not belong here: what a process that died leaves (`night.recovery`), nor what nobody could make anew.
"""

import pickle
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from orchestration.aside import set_aside
from orchestration.settings import Settings

DATABASES = {
    "history/runs.db": "runs",
    "history/runs/index.db": "event_logs",
    "schedules/schedules.db": "jobs",
}
"""Dagster's databases, and a table that each has; a run's own are opened when that run is looked at."""
READ_WHOLE = 200 * 2**20
"""Bytes up to which a database is read to its end; of a larger one only what it says of itself."""
KEY = re.compile("[0-9a-f]{64}")
"""Name of a folder of machine code."""


def set_damage_aside(settings: Settings) -> Iterator[str]:
    """Set aside what is damaged; call it while holding the lock of the home folder, before Dagster is started.

    Yields:
        A line for each.
    """
    found = [path for name in DATABASES if (path := settings.dagster_home / name).exists()]
    if any(
        not _stands(path, DATABASES[path.relative_to(settings.dagster_home).as_posix()]) for path in found
    ):
        # Runs, events and schedules tell of each other: they go together.
        yield set_aside(settings.dagster_home)
    for folder in damaged_code(settings):
        yield set_aside(folder)


def damaged_code(settings: Settings) -> list[Path]:
    """Folders of machine code in which a file is not what numba wrote."""
    return [
        folder
        for folder in settings.kernels.glob("*")
        if KEY.fullmatch(folder.name) and not all(_is_pickle(path) for path in folder.rglob("*.nb[ci]"))
    ]


def _stands(database: Path, table: str) -> bool:
    with closing(sqlite3.connect(database)) as connection:
        return is_whole(connection, table, whole=database.stat().st_size < READ_WHOLE)


def is_whole(connection: sqlite3.Connection, table: str, *, whole: bool) -> bool:
    """Whether an open SQLite file can be read and holds a table; what another process writes just now is whole.

    Args:
        connection: to the file.
        table: that it should hold.
        whole: whether it is read to its end.
    """
    try:
        if whole:
            (said,) = connection.execute("pragma quick_check(1)").fetchone()
            if said != "ok":
                return False
        known = "select count(*) from sqlite_master where name in (?, 'alembic_version')"
        return connection.execute(known, [table]).fetchone() == (2,)
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.DatabaseError:
        return False


def _is_pickle(path: Path) -> bool:
    """Whether a file begins and ends as one of numba's does: a cut or overwritten one stops every night that loads it."""
    content = path.read_bytes()
    return content[:1] == b"\x80" and content[1] <= pickle.HIGHEST_PROTOCOL and content[-1:] == b"."
