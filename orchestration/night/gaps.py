"""`build.gap`, what the release of a build lacks: deliveries set aside, known when it begins, and what its tables and its
report show.

Belongs here: how the table is written and read. Does not belong here: which gaps there are (`analytics.gaps`), and what is
published of them (`publication`).
"""

from collections.abc import Iterable

from analytics.gaps import DELIVERY, Gap
from orchestration.releases.analysts import open_hardened
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import DATABASE
from orchestration.warehouse import Warehouse

TABLE = "build.gap"


def begin_gaps(warehouse: Warehouse, set_aside: Iterable[tuple[str, str]]) -> None:
    """The table of a build that begins: deliveries set aside, each with its reason."""
    with warehouse.write() as connection:
        connection.execute(f"create or replace table {TABLE} (kind varchar, subject varchar, reason varchar)")
    _add(warehouse, (Gap(DELIVERY, name, reason) for name, reason in set_aside))


def keep_gaps(warehouse: Warehouse, found: Iterable[Gap]) -> None:
    """Put what the tables and the report show in the place of what was found before."""
    with warehouse.write() as connection:
        connection.execute(f"delete from {TABLE} where kind <> ?", [DELIVERY])
    _add(warehouse, found)


def _add(warehouse: Warehouse, found: Iterable[Gap]) -> None:
    rows = [[gap.kind, gap.subject, gap.reason] for gap in found]
    if rows:
        with warehouse.write() as connection:
            connection.executemany(f"insert into {TABLE} values (?, ?, ?)", rows)


def known_gaps(warehouse: Warehouse) -> list[Gap]:
    """What the release of a build lacks, as far as is known."""
    with warehouse.read() as connection:
        return [Gap(*row) for row in connection.sql(f"select kind, subject, reason from {TABLE}").fetchall()]


def released_gaps(index: ReleaseIndex, data_cut: str) -> list[Gap]:
    """What the newest release of a cut lacks; nothing is known of one that an earlier version of this program made."""
    newest = index.newest_of(data_cut)
    if newest is None:
        return []
    with open_hardened(index.folder(newest.release_id) / DATABASE) as connection:
        there = connection.sql(
            "from information_schema.tables where table_schema = 'release' and table_name = 'gap'"
        ).fetchone()
        rows = connection.sql("select kind, subject, reason from release.gap").fetchall() if there else []
    return [Gap(*row) for row in rows]
