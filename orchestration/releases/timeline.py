"""The union over releases: how estimates, counts and their causes evolved from data cut to data cut.

Aggregates alone: no table with a row per subject is taken over. Belongs here: reading releases one by one into one database.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.releases.analysts import open_hardened
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.releases.publish import DATABASE
from orchestration.warehouse import TableComment, comment_on

TABLES = {
    "effect_estimate": ("results", "Every effect estimate of every release."),
    "survival_summary": ("results", "Subjects, events, medians and restricted means of every release."),
    "cohort_flow": ("results", "Eligibility, step by step, of every release."),
    "covariate_balance": ("results", "Balance of every release."),
    "ae_overview": ("results", "Adverse events by category of every release."),
    "change": ("release", "What changed from each release's parent to it."),
    "attribution": ("release", "Why the hazard ratios moved from each release's parent to it, step by step."),
}
RELEASE = TableComment(
    "One row per release, those included of which only the manifest is left.",
    {
        "is_current": "Whether readers of releases/current get this one.",
        "is_newest_of_cut": "Whether it is the newest release of its data cut: the one to plot.",
        "has_database": "Whether its tables are in this file too.",
        "mark": "SYNTHETIC when any delivery was simulated.",
    },
)


def write_timeline(index: ReleaseIndex, out: Path) -> dict[str, int]:
    """Write the union over all releases to a DuckDB file, in one step; an existing one is replaced.

    Args:
        index: the releases.
        out: the file.

    Returns:
        Rows by table.

    Raises:
        LookupError: nothing has been released yet.
    """
    manifests = index.manifests()
    if not manifests:
        raise LookupError("nothing has been released yet; run vigil refresh")
    staged = out.with_name(f".{out.stem}-new{out.suffix}")
    staged.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(staged)) as connection:
            _write_releases(connection, index, manifests)
            for manifest in manifests:
                for name, frame in _frames(index, manifest):
                    connection.register("_frame", frame)
                    _append(connection, name)
                    connection.unregister("_frame")
            counts = _finish(connection)
        staged.replace(out)
    finally:
        staged.unlink(missing_ok=True)
    return counts


def _write_releases(
    connection: duckdb.DuckDBPyConnection, index: ReleaseIndex, manifests: list[Manifest]
) -> None:
    connection.execute(
        """create table release (release_id varchar, number integer, data_cut date, created_at timestamptz,
           proact_release varchar, protocol_version varchar, protocol_hash varchar, code_hash varchar, parent_id varchar,
           is_current boolean, is_newest_of_cut boolean, has_database boolean, mark varchar)"""
    )
    current = index.current()
    newest = {m.data_cut: m.release_id for m in manifests if not m.erased}
    for m in manifests:
        own = (m.release_id, m.number, m.data_cut, m.created_at, m.proact_release)
        protocol = (m.protocol["version"], m.protocol["hash"], m.code_hash, m.parent_id)
        state = (current is not None and current.name == m.release_id, newest.get(m.data_cut) == m.release_id)
        mark = "SYNTHETIC" if m.simulated else None
        connection.execute(
            f"insert into release values ({', '.join('?' * 13)})",
            [*own, *protocol, *state, m.has_database, mark],
        )


def _frames(index: ReleaseIndex, manifest: Manifest) -> "Iterator[tuple[str, object]]":
    database = index.root / manifest.release_id / DATABASE
    if not database.is_file():
        return
    with open_hardened(database) as release:
        present = {row[0] for row in release.sql(
            "select table_schema || '.' || table_name from information_schema.tables").fetchall()}  # fmt: skip
        for name, (schema, _) in TABLES.items():
            if f"{schema}.{name}" in present:
                rows = in_todays_columns(release, f"{schema}.{name}")
                query = f"select ? as release_id, cast(? as date) as data_cut, * from {rows}"
                yield name, release.execute(query, [manifest.release_id, manifest.data_cut]).arrow()


def _append(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Add the rows of `_frame`; columns that only some releases have are null in the others."""
    exists = connection.execute(
        "select count(*) from information_schema.tables where table_name = ?",
        [name],
    ).fetchone()[0]  # type: ignore[index]
    if not exists:
        connection.execute(f"create table {name} as from _frame")
        return
    connection.execute(f"create table _union as from {name} union all by name from _frame")
    connection.execute(f"drop table {name}; alter table _union rename to {name}")


def _finish(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    comment_on(connection, "release", RELEASE)
    listed = "select table_name from information_schema.tables order by 1"
    names = [row[0] for row in connection.sql(listed).fetchall()]
    for name in names:
        if name in TABLES:
            about = {"release_id": "The release the row is from.", "data_cut": "Its data cut."}
            comment_on(connection, name, TableComment(TABLES[name][1], about))
    return {n: connection.sql(f"select count(*) from {n}").fetchone()[0] for n in names}  # type: ignore[index]
