"""Publishing: from the working build to an immutable release, all or nothing.

Written beside the releases under a temporary name, verified, renamed, and only then made current. A crash leaves either
the old release or the new one; leftovers are removed, and a release that was not made current any more is, by the next
publication or refresh.
"""

import errno
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.durable import sync_folder
from orchestration.modes import seal
from orchestration.releases.copies import keep_copy
from orchestration.releases.currency import finish_interrupted, make_current
from orchestration.releases.dictionary import FILE as DICTIONARY
from orchestration.releases.dictionary import write_dictionary
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.logical_hash import logical_hashes
from orchestration.releases.manifest import Manifest, TableDigest, overall_hash, read_manifest, write_manifest
from orchestration.releases.signing import sign_manifest
from orchestration.releases.soundness import file_hash
from orchestration.releases.standing import BEGUN
from orchestration.releases.tables import TABLES
from orchestration.releases.views import View, create_views
from orchestration.settings import DATABASE
from orchestration.warehouse import (
    CATALOG,
    PUBLIC_SCHEMAS,
    MixedBuildError,
    Warehouse,
    comment_on,
    create_table,
    literal,
    scalar,
)

HASHED_SCHEMAS = ("marts", "results", "quality")
ADDRESS_COLUMNS = frozenset({"SRCLINE", "source_line"})


class PublicationError(RuntimeError):
    """A build that must not be published; the message says why in one line."""


@dataclass(frozen=True)
class Publication:
    """What is published: the build, its reports, and the manifest still without tables, files and chain."""

    build: Warehouse
    reports: Mapping[str, Path]
    """Folder in the release → folder that holds an edition of the report, where there is one."""
    manifest: Manifest
    release_tables: Mapping[str, str]
    """Name → SQL that makes `release.<name>` in the copy."""
    identities: Mapping[str, str]
    """Table → identity, as what the build began with makes it, in the order of the data's way."""
    views: Sequence[View] = ()
    """Of schema `analysis` in the copy."""


def publish(
    index: ReleaseIndex, publication: Publication, step: Callable[[str], None] = lambda name: None
) -> Path:
    """Publish a build and make it current.

    Args:
        index: where releases lie.
        publication: what to publish.
        step: called before each write with its name; tests kill the process there.

    Returns:
        The release folder.

    Raises:
        MixedBuildError: the working file holds tables that are not made of what the build began with.
        PublicationError: the copy does not hold what the build holds.
    """
    manifest = publication.manifest
    refuse_mixture(publication)
    refuse_overtaken(index, manifest)
    _refuse_write_ahead_log(publication.build.let_go())
    index.root.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(index.root)
    finish_interrupted(index, at=manifest.created_at)
    _refuse_full_disk(index.root, publication.build.path)
    folder = index.root / f".tmp-{manifest.release_id}"
    try:
        folder.mkdir()
        _write_release(folder, publication, step)
        made = read_manifest(folder)
        step("begun")
        index.record(at=manifest.created_at, act=BEGUN, release=manifest.release_id, chain=made.chain)
        step("rename")
        final = index.root / manifest.release_id
        os.rename(folder, final)
    except (OSError, duckdb.Error) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise _full_disk(error, index.root) or error from None
    sync_folder(index.root)
    step("copy of the manifest")
    keep_copy(index.root, manifest.release_id)
    step("switch")
    make_current(index, made, at=manifest.created_at)
    step("done")
    return final


def _write_release(folder: Path, publication: Publication, step: Callable[[str], None]) -> None:
    step("copy")
    _copy_public(publication, folder / DATABASE)
    for edition, rendered in publication.reports.items():
        if rendered.is_dir():
            step(edition)
            shutil.copytree(rendered, folder / edition)
    write_dictionary(folder / DATABASE, folder / DICTIONARY)
    step("verify")
    tables = _verified_digests(publication.build, folder / DATABASE)
    step("manifest")
    made = replace(
        publication.manifest, tables=tables, files=_file_hashes(folder), logical_hash=overall_hash(tables)
    )
    write_manifest(folder, made.sealed())
    sign_manifest(folder, made.release_id)
    seal(folder)
    step("sync")
    _sync_tree(folder)


def _refuse_write_ahead_log(database: Path) -> None:
    if database.with_name(database.name + ".wal").exists():
        raise PublicationError(
            "not published: the working file has a write-ahead log, so something still writes it or died; refresh again"
        )


def _refuse_full_disk(root: Path, database: Path) -> None:
    """The copy is smaller than the working file; what is missing is better known before than half-way."""
    needed, free = database.stat().st_size, shutil.disk_usage(root).free
    if free < needed:
        raise PublicationError(
            f"not published: disk full, {free // 2**20} MB free and {needed // 2**20} MB needed; the last release stays"
        )


def _full_disk(error: Exception, root: Path) -> PublicationError | None:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if not (full or "No space left" in str(error) or "File too large" in str(error)):
        return None
    free = shutil.disk_usage(root).free // 2**20
    return PublicationError(
        f"not published: disk full, {free} MB free; make room, the last release stays current"
    )


def refuse_mixture(publication: Publication) -> None:
    """Raise unless every table, from the deliveries on, is there and made of what the build began with, and no other is.

    Raises:
        MixedBuildError: the first that is not, on the data's way, and what to run.
    """
    build, expected, stamps = publication.build, publication.identities, publication.build.stamps()
    with build.read() as connection:
        present = _public_tables(connection)
    strangers = [name for name, identity in expected.items() if stamps.get(name) != identity]
    strangers += [name for name in present if name not in expected]
    if strangers or not present:
        cut = publication.manifest.data_cut
        shown = f"{strangers[0]} is" if strangers else "no table is"
        more = f" ({len(strangers)} in all)" if len(strangers) > 1 else ""
        raise MixedBuildError(
            f"not published: {shown} not made of what the build of data cut {cut} began with{more}; materialise it, "
            f"then release/*, or run vigil refresh --cut {cut}"
        )


def refuse_overtaken(index: ReleaseIndex, manifest: Manifest) -> None:
    """Raise where a release was made meanwhile: of the same, whose copy would say that nothing changed, or another that
    this one should have followed.

    Raises:
        PublicationError: there is one.
    """
    newest, cut = index.newest(not_after=manifest.data_cut), manifest.data_cut
    if newest is not None and (newest.data_cut, newest.fingerprint) == (cut, manifest.fingerprint):
        raise PublicationError(
            f"not published: release {newest.release_id} has these inputs, this protocol and this code; nothing is new"
        )
    if (newest.release_id if newest else None) != manifest.parent_id:
        raise PublicationError(
            f"not published: the releases changed since the build of data cut {cut} began; run vigil refresh --cut {cut}"
        )


def _public_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    schemas = ", ".join(f"'{schema}'" for schema in PUBLIC_SCHEMAS if schema != "release")
    query = f"""select table_schema || '.' || table_name from information_schema.tables
                where table_schema in ({schemas}) and table_catalog = current_database() order by 1"""
    return [row[0] for row in connection.sql(query).fetchall()]


def _copy_public(publication: Publication, target: Path) -> None:
    with duckdb.connect(config=publication.build.share.config()) as connection:
        # Views of the working file name it by the catalog it was made under.
        connection.execute(f"attach {literal(str(publication.build.path))} as {CATALOG} (read_only)")
        connection.execute(f"attach {literal(str(target))} as released")
        connection.execute("use released")
        connection.begin()
        for name, description, columns in _tables_with_comments(connection):
            schema = name.split(".")[0]
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {name} as from {CATALOG}.{name}")
            comment_on(connection, name, description, columns)
        connection.execute("create schema if not exists release")
        for table, query in publication.release_tables.items():
            create_table(connection, "release", TABLES[table], query)
        create_views(connection, publication.views)
        connection.commit()
        connection.execute("checkpoint released")
        connection.execute("use memory")
        connection.execute(f"detach {CATALOG}")
        connection.execute("detach released")
    if target.with_name(target.name + ".wal").exists():
        raise PublicationError("not published: the copied database still has a write-ahead log")


def _tables_with_comments(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, dict[str, str]]]:
    schemas = ", ".join(f"'{schema}'" for schema in PUBLIC_SCHEMAS if schema != "release")
    public = f"database_name = '{CATALOG}' and schema_name in ({schemas})"
    tables = connection.sql(
        f"""select schema_name || '.' || table_name, coalesce(comment, '') from duckdb_tables() where {public} union all
            select schema_name || '.' || view_name, coalesce(comment, '') from duckdb_views() where {public} order by 1"""
    ).fetchall()
    columns = connection.sql(
        f"""select schema_name || '.' || table_name, column_name, comment from duckdb_columns()
            where {public} and comment is not null"""
    ).fetchall()
    by_table: dict[str, dict[str, str]] = {}
    for table, column, comment in columns:
        by_table.setdefault(table, {})[column] = comment
    return [(table, comment, by_table.get(table, {})) for table, comment in tables]


def _verified_digests(build: Warehouse, copy: Path) -> dict[str, TableDigest]:
    """Logical hashes of the copy, after checking that it holds as many rows as the build."""
    with duckdb.connect(str(copy), read_only=True, config=build.share.config()) as connection:
        published = [t for t in _public_tables(connection) if t.split(".")[0] in HASHED_SCHEMAS]
        hashes = logical_hashes(connection, published, ADDRESS_COLUMNS)
    digests = {table: TableDigest(n_row, content) for table, (content, n_row) in hashes.items()}
    with build.read() as connection:
        for table, digest in digests.items():
            expected = scalar(connection, f"select count(*) from {table}")
            if expected != digest.n_row:
                raise PublicationError(
                    f"not published: {table} has {digest.n_row} rows in the copy, {expected} in the build"
                )
    return digests


def _file_hashes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): file_hash(p) for p in files}


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with open(path, "rb") as handle:
                os.fsync(handle.fileno())
    sync_folder(folder)


def _remove_leftovers(root: Path) -> None:
    for leftover in root.glob(".tmp-*"):
        shutil.rmtree(leftover)
