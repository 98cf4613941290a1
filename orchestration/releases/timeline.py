"""The union over releases: how estimates, counts and their causes evolved from data cut to data cut.

Aggregates alone: no table with a row per subject is taken over. Belongs here: reading releases one by one into one database.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from analytics import catalogue
from analytics.catalogue.declarations import Column, TableDeclaration
from orchestration.releases import tables
from orchestration.releases.analysts import open_hardened
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.releases.soundness import unsound
from orchestration.releases.standing import DAMAGED, published, verdicts
from orchestration.settings import DATABASE
from orchestration.warehouse import comment_on, scalar

UNITED = {
    "effect_estimate": ("results", "Every effect estimate of every release."),
    "survival_summary": ("results", "Subjects, events, medians and restricted means of every release."),
    "cohort_flow": ("results", "Eligibility, step by step, of every release."),
    "covariate_balance": ("results", "Balance of every release."),
    "ae_overview": ("results", "Adverse events by category of every release."),
    "change": ("release", "What changed from each release's parent to it."),
    "attribution": ("release", "Why the hazard ratios moved from each release's parent to it, step by step."),
}
ORIGIN = {
    "release_id": Column("text", "The release the row is from."),
    "data_cut": Column("date", "Its data cut."),
}
DECLARED = {
    name: {"results": catalogue.TABLES, "release": tables.TABLES}[schema][name]
    for name, (schema, _) in UNITED.items()
}


def write_timeline(index: ReleaseIndex, out: Path) -> dict[str, int]:
    """Write the union over all releases to a DuckDB file, in one step; an existing one is replaced.

    A damaged release is listed and its tables are left out.

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
            told = published(index.journal())
            broken = {m.release_id for m in manifests if unsound(index.root / m.release_id, told)}
            _write_releases(connection, index, manifests, broken)
            for name, (_, description) in UNITED.items():
                columns = {**ORIGIN, **DECLARED[name].columns}
                _create(connection, replace(DECLARED[name], description=description, columns=columns))
            for manifest in (m for m in manifests if m.release_id not in broken):
                for name, frame in _frames(index, manifest):
                    connection.register("_frame", frame)
                    connection.execute(f"insert into {name} by name from _frame")
                    connection.unregister("_frame")
            counts = {
                name: scalar(connection, f"select count(*) from {name}")
                for name in sorted(["release", *UNITED])
            }
        staged.replace(out)
    finally:
        staged.unlink(missing_ok=True)
    return counts


def _write_releases(
    connection: duckdb.DuckDBPyConnection, index: ReleaseIndex, manifests: list[Manifest], broken: set[str]
) -> None:
    _create(connection, tables.TABLES["release"])
    current = index.current()
    newest = {m.data_cut: m.release_id for m in manifests if not m.erased and m.release_id not in broken}
    said = {release: verdict.state for release, verdict in verdicts(index.journal()).items()}
    said |= dict.fromkeys(broken, DAMAGED)
    for m in manifests:
        own = (m.release_id, m.number, m.data_cut, m.created_at, m.proact_release)
        protocol = (m.protocol["version"], m.protocol["hash"], m.code_hash, m.parent_id)
        state = (current is not None and current.name == m.release_id, newest.get(m.data_cut) == m.release_id)
        connection.execute(
            f"insert into release values ({', '.join('?' * 14)})",
            [
                *own,
                *protocol,
                *state,
                m.has_database and m.release_id not in broken,
                m.mark,
                said.get(m.release_id),
            ],
        )


def _create(connection: duckdb.DuckDBPyConnection, declared: TableDeclaration) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in declared.sql_types().items())
    connection.execute(f"create table {declared.name} ({columns})")
    comment_on(connection, declared.name, declared.description, declared.meanings())


def _frames(index: ReleaseIndex, manifest: Manifest) -> Iterator[tuple[str, object]]:
    """Of each table what this release has of the declared columns; those it has not stay null."""
    database = index.root / manifest.release_id / DATABASE
    if not database.is_file():
        return
    with open_hardened(database) as release:
        present = set(
            release.sql("select table_schema, table_name from information_schema.tables").fetchall()
        )
        for name, (schema, _) in UNITED.items():
            if (schema, name) in present:
                rows = in_todays_columns(release, f"{schema}.{name}")
                there = {row[0] for row in release.sql(f"describe from {rows}").fetchall()}
                columns = ", ".join(column for column in DECLARED[name].columns if column in there)
                query = f"select ? as release_id, ? as data_cut, {columns} from {rows}"
                yield name, release.execute(query, [manifest.release_id, manifest.data_cut]).arrow()
