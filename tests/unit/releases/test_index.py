"""Which release a question is answered by, and in which order `current` moves."""

import os
from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, release

from orchestration.releases.index import CURRENT, ReleaseIndex

OLDER, NEWER = f"0001-{FIRST}", f"0003-{FIRST}"


@pytest.fixture
def index(tmp_path: Path) -> ReleaseIndex:
    """Two releases of the first data cut, one of the second between them."""
    for cut in (FIRST, SECOND, FIRST):
        release(tmp_path / "home", cut)
    return ReleaseIndex(tmp_path / "home" / "releases")


def test_the_last_manifest_of_a_cut_is_that_of_its_last_release(index: ReleaseIndex) -> None:
    last, newest = index.last_of(FIRST), index.newest_of(FIRST)
    assert last is not None
    assert newest is not None
    assert last.release_id == newest.release_id == NEWER


def test_the_journal_says_where_current_goes_before_it_goes(
    index: ReleaseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr(ReleaseIndex, "point_at", lambda self, name: told.append([*self.journal()][-1]))
    index.switch(OLDER, at="now", reason="a question")
    assert [(entry["to"], entry["reason"]) for entry in told] == [(OLDER, "a question")]


def test_the_folder_is_on_disk_after_current_moved(
    index: ReleaseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    pointed = []
    fsync = os.fsync

    def noting(handle: int) -> None:
        if os.readlink(f"/proc/self/fd/{handle}") == str(index.root):
            pointed.append(os.readlink(index.root / CURRENT))
        fsync(handle)

    monkeypatch.setattr("os.fsync", noting)
    index.point_at(OLDER)
    assert pointed == [OLDER]
