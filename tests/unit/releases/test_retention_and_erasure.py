"""What is deleted of releases, what stays, and that the chain verifies afterwards (F14)."""

from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, THIRD, make_build, publication, release, subjects

from orchestration.erasure.releases import erase_from_releases
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import MANIFEST, read_manifest, write_manifest
from orchestration.releases.publish import publish
from orchestration.releases.retention import apply_retention
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain

LATE = f"S{19:016X}"


@pytest.fixture
def index(tmp_path: Path) -> ReleaseIndex:
    """Three releases; subject 19 is in the last two."""
    release(tmp_path, FIRST, usubjid=subjects(19))
    release(tmp_path, SECOND, usubjid=subjects(20))
    release(tmp_path, THIRD, usubjid=subjects(20))
    return ReleaseIndex(tmp_path / "releases")


def _problems(index: ReleaseIndex) -> list[str]:
    return [p for folder in index.folders() for p in verify_release(folder)] + verify_chain(index)


def _databases(index: ReleaseIndex) -> list[str]:
    return [folder.name for folder in index.folders() if (folder / "vigil.duckdb").exists()]


def test_erasure_empties_every_release_that_holds_the_subject_and_current_moves_back(
    index: ReleaseIndex,
) -> None:
    done = erase_from_releases(index, [LATE], at="2026-10-01T09:00:00+09:00")
    assert done.purged == (f"0002-{SECOND}", f"0003-{THIRD}")
    assert done.data_cuts == (SECOND, THIRD)
    assert done.current == f"0001-{FIRST}"
    assert _databases(index) == [f"0001-{FIRST}"]
    assert [p.name for p in index.folder("2").iterdir()] == [MANIFEST]
    assert _problems(index) == []
    assert not any(LATE.encode() in p.read_bytes() for p in index.root.rglob("*") if p.is_file())


def test_a_release_cut_anew_takes_the_place_of_an_erased_one(index: ReleaseIndex) -> None:
    erase_from_releases(index, [LATE], at="now")
    release(index.root.parent, SECOND, usubjid=subjects(19))
    anew = release(index.root.parent, THIRD, usubjid=subjects(19))
    assert (anew.name, index.current()) == (f"0005-{THIRD}", anew)
    assert read_manifest(anew).parent_id == f"0004-{SECOND}"
    assert _problems(index) == []


def test_erasing_everyone_leaves_no_current_release(index: ReleaseIndex) -> None:
    done = erase_from_releases(index, [f"S{0:016X}"], at="now")
    assert (done.current, index.current(), _databases(index)) == (None, None, [])
    assert _problems(index) == []
    with pytest.raises(LookupError, match="only its manifest is left"):
        index.switch(f"0001-{FIRST}", at="now", reason="rollback")


def test_an_interrupted_erasure_is_completed_by_the_next(index: ReleaseIndex) -> None:
    from dataclasses import replace

    folder = index.folder("3")
    write_manifest(folder, replace(read_manifest(folder), erased=True))
    (folder / "vigil.duckdb").unlink()
    assert any("report should have been deleted" in problem for problem in _problems(index))
    erase_from_releases(index, [LATE], at="now")
    assert _problems(index) == []


def test_a_subject_nobody_released_changes_nothing(index: ReleaseIndex) -> None:
    assert erase_from_releases(index, ["S" + "F" * 16], at="now").purged == ()
    assert len(_databases(index)) == 3


def test_retention_keeps_what_current_and_the_next_release_need(index: ReleaseIndex) -> None:
    index.switch(f"0001-{FIRST}", at="now", reason="rollback")
    release(index.root.parent, THIRD, usubjid=subjects(20))
    index.switch(f"0001-{FIRST}", at="now", reason="rollback")
    assert apply_retention(index, 1, "now") == [f"0002-{SECOND}"]
    assert _databases(index) == [f"0001-{FIRST}", f"0003-{THIRD}", f"0004-{THIRD}"]
    assert apply_retention(index, 1, "now") == []
    assert _problems(index) == []


def test_retention_of_zero_keeps_everything(index: ReleaseIndex) -> None:
    assert apply_retention(index, 0) == []
    assert len(_databases(index)) == 3


def test_numbers_of_deleted_releases_are_not_used_again(index: ReleaseIndex) -> None:
    erase_from_releases(index, [LATE], at="now")
    build = make_build(index.root.parent / "build", fingerprint="f")
    assert publish(index, publication(index, build, THIRD, "f")).name == f"0004-{THIRD}"
