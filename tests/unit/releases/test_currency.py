"""A publication that was broken off after its folder had its name: only what was meant, and whole, becomes current."""

import shutil
from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, release

from orchestration.releases.currency import finish_interrupted
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import DATABASE

LATE = f"0002-{SECOND}"


class BrokenOffError(Exception):
    """As a kill: nothing after it is done."""


def _break_off(name: str) -> None:
    if name == "copy of the manifest":
        raise BrokenOffError


@pytest.fixture
def index(tmp_path: Path) -> ReleaseIndex:
    """A release, and a second one that is not told yet."""
    home = tmp_path / "home"
    release(home, FIRST)
    with pytest.raises(BrokenOffError):
        release(home, SECOND, estimate=2.0, step=_break_off)
    return ReleaseIndex(home / "releases")


def test_one_that_is_whole_is_made_current(index: ReleaseIndex) -> None:
    assert finish_interrupted(index, at="now") == [LATE]
    current = index.current()
    assert current is not None
    assert current.name == LATE


def test_another_release_under_its_number_is_not(index: ReleaseIndex, tmp_path: Path) -> None:
    release(tmp_path / "other", FIRST)
    other = release(tmp_path / "other", SECOND, estimate=3.0)
    (index.root / LATE).chmod(0o700)
    shutil.rmtree(index.root / LATE)
    shutil.copytree(other, index.root / LATE)
    assert [m.release_id for m in index.standing()] == [f"0001-{FIRST}", LATE]
    assert finish_interrupted(index, at="now") == []


def test_one_whose_bytes_are_not_all_there_is_not(index: ReleaseIndex) -> None:
    database = index.root / LATE / DATABASE
    database.chmod(0o600)
    database.write_bytes(database.read_bytes()[:-4096])
    assert finish_interrupted(index, at="now") == []
