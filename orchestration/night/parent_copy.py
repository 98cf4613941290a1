"""The parent release as a build reads it: a private copy, verified, in the pseudonyms of the key in force.

An analyst who holds the release open for writing does not hold up the night, nothing is compared with a release that was
changed, and after a change of the key everybody is still known. Not here: what is read of the parent (`build`).
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.erasure.identity import delivered_ids
from orchestration.erasure.key_ring import retired_keys
from orchestration.extracts.deliveries import REGISTRY
from orchestration.extracts.pseudonyms import key_in_force, pseudonym
from orchestration.landing import dictionaries
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.releases.soundness import file_hash
from orchestration.settings import DATABASE, Settings
from orchestration.warehouse import identifier

# S and 16 hexadecimal digits, behind the study or alone.
_LENGTH = 17
_SUBJECTS = """
select schema_name, table_name, column_name from duckdb_columns()
where lower(column_name) in ('usubjid', 'subjid') and data_type = 'VARCHAR' and not internal
"""


class ParentError(RuntimeError):
    """The parent release cannot be compared with; the message says what to do, in one line."""


def parent_copy(settings: Settings, parent: Manifest, registry_delivery: Path) -> Path:
    """The copy of a release's database that a build reads; made when it is first asked for.

    Args:
        settings: the home folder and the key in force.
        parent: the release.
        registry_delivery: tells who is who where the release was made under a key that is retired by now.

    Raises:
        ParentError: the database is gone, or is not the one that was published.
    """
    key = key_in_force(settings.pseudonym_key)
    folder = settings.build / "parent"
    copy = folder / f"{parent.release_id}-{key.key_id}" / DATABASE
    if copy.is_file() or not parent.has_database:
        return copy
    if folder.is_dir():
        shutil.rmtree(folder)
    staged = folder / ".staged" / DATABASE
    staged.parent.mkdir(parents=True)
    copy_verified(settings, parent, staged)
    former = retired_keys(settings.home, key).get(parent.pseudonym_key_id)
    if former is not None:
        records = delivered_ids([registry_delivery], dictionaries()[REGISTRY.lower()], settings.store / "tmp")
        raws = {text for record in records for text in (record.usubjid, record.subjid)}
        _rename(staged, [(pseudonym(raw, former), pseudonym(raw, key)) for raw in sorted(raws)])
    os.replace(staged.parent, copy.parent)
    return copy


def copy_verified(settings: Settings, parent: Manifest, to: Path) -> None:
    """Copy a release's database.

    Raises:
        ParentError: it is gone, or is not the one that was published.
    """
    release_id = parent.release_id
    database = ReleaseIndex(settings.releases).root / release_id / DATABASE
    if not database.is_file():
        raise ParentError(
            f"release {release_id}: {DATABASE} is gone, which is to be compared with: {_way_out(release_id)}"
        )
    shutil.copyfile(database, to)
    if parent.files.get(DATABASE) not in (None, file_hash(to)):
        raise ParentError(
            f"release {release_id}: {DATABASE} was changed after publication, which is to be compared with: "
            f"{_way_out(release_id)}"
        )


def _way_out(release_id: str) -> str:
    return f"put it back from a backup; vigil releases verify {release_id} shows what is wrong"


def _rename(database: Path, names: list[tuple[str | None, str | None]]) -> None:
    """Give everybody delivered the pseudonym of the key in force; who is not keeps the former one, and is gone."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create temp table renamed (former varchar, name varchar)")
        connection.executemany(
            "insert into renamed values (?, ?)", [pair for pair in names if all(pair)] or [(None, None)]
        )
        for table, column in _subject_columns(connection):
            connection.execute(f"""
                update {table} set {column} = left({column}, length({column}) - {_LENGTH}) || renamed.name
                from renamed where right({column}, {_LENGTH}) = renamed.former
            """)
        connection.execute("checkpoint")


def _subject_columns(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    for schema, table, column in connection.sql(_SUBJECTS).fetchall():
        if table != "renamed":
            yield f"{identifier(schema)}.{identifier(table)}", identifier(column)
