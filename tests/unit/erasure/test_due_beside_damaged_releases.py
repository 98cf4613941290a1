"""How many erasures are due is told also where an old release cannot be read any more."""

import sys
from pathlib import Path

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))

from fabricated_build import FIRST, SECOND, release, subjects

from orchestration.erasure.requests import erasures_due
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_a_damaged_database_is_passed_over(tmp_path: Path, content: bytes | None) -> None:
    settings, asked = Settings(home=tmp_path), [name.rpartition("-")[2] for name in subjects(2)]
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, usubjid=subjects(10, first=1))
    database = ReleaseIndex(settings.releases).database("1")
    database.chmod(0o644)
    database.write_bytes(database.read_bytes()[: 3 * 4096] if content is None else content)
    with Warehouse(settings.build_file).write() as connection:
        connection.execute("create schema staging; create schema raw")
        connection.execute(
            "create table staging.stg_registry__withdrawals (usubjid varchar, request varchar)"
        )
        connection.executemany(
            "insert into staging.stg_registry__withdrawals values (?, 'ERASE')", [[n] for n in asked]
        )
        connection.execute("create table raw.registry_dm (USUBJID varchar)")
    with pytest.raises(duckdb.Error), duckdb.connect(str(database), read_only=True) as connection:
        connection.sql("from marts.adsl").fetchall()
    # The second subject is in the release that can be read; the first was in the damaged one alone.
    assert erasures_due(settings, Warehouse(settings.build_file)) == 1
