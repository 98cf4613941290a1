"""The parent is read whatever an analyst does with it, only as it was published, and in the names of the key in force."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from delivery_builder import CUT
from small_home import RAW, SECRET, make_home, name_of

from orchestration.erasure.keys import rekey
from orchestration.extracts.pseudonyms import key_from_text
from orchestration.night.parent_copy import ParentError, parent_copy
from orchestration.releases.analysts import open_hardened
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.settings import DATABASE, Settings

OTHER = "another secret that is long enough too"
HOLDS = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with two releases."""
    return make_home(tmp_path)


@pytest.fixture
def parent(settings: Settings) -> Manifest:
    """The newest."""
    newest = ReleaseIndex(settings.releases).newest()
    assert newest is not None
    return newest


@pytest.fixture
def analyst(settings: Settings, parent: Manifest) -> Iterator[Path]:
    """Another process that has the release open for writing, as root or its owner may."""
    database = settings.releases / parent.release_id / DATABASE
    database.chmod(0o644)
    command = [sys.executable, "-c", HOLDS, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(duckdb.IOException, match="lock"):
            duckdb.connect(str(database), read_only=True)
        yield database
        process.communicate("")


def _names(database: Path) -> set[str]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return {row[0] for row in connection.sql("select USUBJID from marts.adsl").fetchall()}


def _delivery(settings: Settings) -> Path:
    return settings.landing / "registry" / CUT


def test_an_analyst_who_has_it_open_for_writing_does_not_hold_up_the_night(
    settings: Settings, parent: Manifest, analyst: Path
) -> None:
    copy = parent_copy(settings, parent, _delivery(settings))
    assert f"LENZ-{name_of(RAW)}" in _names(copy)
    assert settings.build_file.parent.parent in copy.parents
    with open_hardened(analyst) as connection:
        assert connection.sql("select count(*) from marts.adsl").fetchone() == (16,)
        with pytest.raises(duckdb.PermissionException):
            connection.sql(f"from read_csv('{__file__}')")
    assert not list((settings.home / "build").glob("reading-*"))


def test_a_parent_that_was_changed_or_is_gone_is_not_compared_with(
    settings: Settings, parent: Manifest
) -> None:
    database = settings.releases / parent.release_id / DATABASE
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table scratch as select 1 as one")
    with pytest.raises(ParentError, match=f"{parent.release_id}: {DATABASE} was changed after publication"):
        parent_copy(settings, parent, _delivery(settings))
    database.unlink()
    with pytest.raises(ParentError, match=f"{parent.release_id}: {DATABASE} is gone"):
        parent_copy(settings, parent, _delivery(settings))


def test_after_a_change_of_the_key_everybody_delivered_is_known_by_the_new_name(
    settings: Settings, parent: Manifest
) -> None:
    before = _names(parent_copy(settings, parent, _delivery(settings)))
    rotated = replace(settings, pseudonym_key=OTHER)
    rekey(rotated, SECRET)
    dm = _delivery(settings) / "DM.csv"
    dm.write_bytes(
        b"".join(line for line in dm.read_bytes().splitlines(keepends=True) if b"LENZ-008" not in line)
    )
    after = _names(parent_copy(rotated, parent, _delivery(settings)))
    new = key_from_text(OTHER)
    expected = {f"LENZ-{name_of(f'LENZ-{i:03d}', new)}" for i in range(1, 8)} | {
        f"LENZ-{name_of('LENZ-008')}"
    }
    assert {name for name in after if name.startswith("LENZ")} == expected
    assert {name for name in after if name.startswith("PROACT")} == {
        n for n in before if n.startswith("PROACT")
    }
    assert _names(settings.releases / parent.release_id / DATABASE) == before


def test_the_release_files_have_no_right_to_be_written(settings: Settings, parent: Manifest) -> None:
    folder = settings.releases / parent.release_id
    assert {p.stat().st_mode & 0o777 for p in folder.rglob("*") if p.is_file()} == {0o444}
