"""F01, F02, F03: the power cut at many places of a night's refresh, each in a home of its own.

Afterwards the last release is current and whole, and the next refresh, with nothing mended by hand, ends with the tables of
a night that nobody disturbed, and leaves nothing behind.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from homes import environment, vigil, write_protocol
from power import Change, EndedBeforeError, changes_of, current_is_whole, cut_power, spread

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.verify_ledger import verify_chain

PLACES = int(os.environ.get("POWER_CUTS", "30"))


@pytest.fixture(scope="module")
def before(refreshed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two released cuts and a new version of the protocol: the next night has something to do."""
    home = tmp_path_factory.mktemp("before") / "home"
    shutil.copytree(refreshed_home, home, symlinks=True)
    write_protocol(home, "2.0.0")
    return home


class Undisturbed(NamedTuple):
    """The hash that an undisturbed night ends with, how many changes it makes, and where the others are cut."""

    logical_hash: str
    n_change: int
    places: list[Change]


@pytest.fixture(scope="module")
def undisturbed(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    """A night that nothing happens to."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(before, home, symlinks=True)
    with environment(home):
        changes = changes_of(home, "refresh")
    newest = ReleaseIndex(home / "releases").manifests()[-1]
    yield Undisturbed(newest.logical_hash, len(changes), spread(changes, PLACES))
    shutil.rmtree(home)


@pytest.mark.parametrize("place", range(PLACES))
def test_the_next_night_ends_as_if_nothing_had_happened(
    before: Path, undisturbed: Undisturbed, tmp_path: Path, place: int
) -> None:
    expected, places = undisturbed.logical_hash, undisturbed.places
    home = tmp_path / "home"
    shutil.copytree(before, home, symlinks=True)
    try:
        _cut(home, places[place].number)
    except EndedBeforeError as ended:
        # As far from the end of a night that makes fewer changes.
        shutil.rmtree(home)
        shutil.copytree(before, home, symlinks=True)
        _cut(home, places[place].number - (undisturbed.n_change - ended.n_change) - 1)
    index = ReleaseIndex(home / "releases")
    current_is_whole(home)
    assert vigil(home, "refresh") == 0, places[place]
    current_is_whole(home)
    newest = index.manifests()[-1]
    assert index.current() == index.folder(newest.release_id)
    assert newest.logical_hash == expected, places[place]
    assert [m.number for m in index.manifests()] == [1, 2, 3]
    assert verify_chain(index) == []
    assert not list((home / "releases").glob(".tmp-*"))
    assert not list((home / "store" / "tmp").glob("*"))
    shutil.rmtree(home)


def _cut(home: Path, at: int) -> None:
    with environment(home):
        cut_power(home, at, "refresh")
