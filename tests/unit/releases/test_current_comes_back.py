"""`current` is moved by a person, a publication, or while what they meant cannot be: a passing fault moves it back."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, THIRD, close_anew, release

from orchestration.erasure.releases import erase_from_releases
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import MANIFEST, read_manifest
from orchestration.releases.recovery import complete, mend_ledger
from orchestration.releases.soundness import unsound
from orchestration.releases.standing import HELD
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain

OLDEST, MIDDLE, NEWEST = f"0001-{FIRST}", f"0002-{SECOND}", f"0003-{THIRD}"
NOW = "2026-10-01T03:00:00+09:00"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases of three cuts."""
    home = tmp_path_factory.mktemp("three") / "home"
    for number, cut in enumerate((FIRST, SECOND, THIRD), start=1):
        release(home, cut, estimate=float(number))
    return home


@pytest.fixture
def index(three: Path, tmp_path: Path) -> ReleaseIndex:
    """The releases of a copy."""
    subprocess.run(["cp", "-a", str(three), str(tmp_path / "home")], check=True)
    return ReleaseIndex(tmp_path / "home" / "releases")


def recover(index: ReleaseIndex) -> str:
    """What every command does first; the release that is current afterwards."""
    mend_ledger(index, NOW)
    complete(index, NOW)
    current = index.current()
    return current.name if current is not None else "none"


def _away(index: ReleaseIndex, name: str) -> None:
    (index.root / name / "vigil.duckdb").rename(index.root.parent / f"{name}.duckdb")


def _back(index: ReleaseIndex, name: str) -> None:
    (index.root.parent / f"{name}.duckdb").rename(index.root / name / "vigil.duckdb")


def test_the_newest_that_was_away_for_a_while_is_current_again(index: ReleaseIndex) -> None:
    _away(index, NEWEST)
    assert recover(index) == recover(index) == MIDDLE
    _back(index, NEWEST)
    assert recover(index) == recover(index) == NEWEST
    assert verify_chain(index) == []


def test_two_that_were_away_come_back_one_after_the_other(index: ReleaseIndex) -> None:
    _away(index, NEWEST)
    _away(index, MIDDLE)
    assert recover(index) == OLDEST
    _back(index, MIDDLE)
    assert recover(index) == MIDDLE
    _back(index, NEWEST)
    assert recover(index) == NEWEST


def test_all_that_were_away_come_back(index: ReleaseIndex) -> None:
    for name in (OLDEST, MIDDLE, NEWEST):
        _away(index, name)
    assert recover(index) == "none"
    for name in (OLDEST, MIDDLE, NEWEST):
        _back(index, name)
    assert recover(index) == NEWEST


def test_a_rollback_returns_with_its_release_and_stays(index: ReleaseIndex) -> None:
    index.switch(MIDDLE, at=NOW, reason="a question")
    _away(index, MIDDLE)
    assert recover(index) == NEWEST
    _back(index, MIDDLE)
    assert recover(index) == recover(index) == MIDDLE


def test_a_publication_meanwhile_stays_current(index: ReleaseIndex) -> None:
    _away(index, NEWEST)
    assert recover(index) == MIDDLE
    made = release(index.root.parent, THIRD, estimate=5.0)
    _back(index, NEWEST)
    assert recover(index) == made.name


def test_a_rollback_meanwhile_stays_current(index: ReleaseIndex) -> None:
    _away(index, NEWEST)
    assert recover(index) == MIDDLE
    index.switch(OLDEST, at=NOW, reason="a question")
    _back(index, NEWEST)
    assert recover(index) == OLDEST


def test_a_held_release_is_never_chosen(index: ReleaseIndex) -> None:
    index.switch(MIDDLE, at=NOW, reason="a question")
    index.record(at=NOW, act=HELD, reason="wrong unit", release=NEWEST)
    _away(index, MIDDLE)
    assert recover(index) == OLDEST
    _away(index, OLDEST)
    assert recover(index) == "none"
    _back(index, MIDDLE)
    assert recover(index) == MIDDLE


def test_one_held_while_it_was_away_does_not_come_back(index: ReleaseIndex) -> None:
    _away(index, NEWEST)
    assert recover(index) == MIDDLE
    index.record(at=NOW, act=HELD, reason="wrong unit", release=NEWEST)
    _back(index, NEWEST)
    assert recover(index) == MIDDLE


def test_holding_what_is_current_moves_nothing(index: ReleaseIndex) -> None:
    index.record(at=NOW, act=HELD, reason="wrong unit", release=NEWEST)
    assert recover(index) == NEWEST
    (index.root / "current").unlink()
    assert recover(index) == NEWEST


def test_an_erasure_chooses_none_that_is_held(index: ReleaseIndex) -> None:
    release(index.root.parent, THIRD, estimate=5.0, usubjid=["ERASED-ONE"])
    index.record(at=NOW, act=HELD, reason="wrong unit", release=NEWEST)
    assert erase_from_releases(index, ["ERASED-ONE"], at=NOW).current == MIDDLE
    assert recover(index) == MIDDLE


def _forge(index: ReleaseIndex, name: str, *, copy_too: bool) -> None:
    """Another database, and a manifest closed over it by somebody who knows how."""
    folder = index.root / name
    report = "report/report.html"
    (folder / report).chmod(0o644)
    (folder / report).write_text("all is well")
    digest = hashlib.sha256(b"all is well").hexdigest()
    close_anew(folder, files={**read_manifest(folder).files, report: digest})
    if copy_too:
        shutil.copy2(folder / MANIFEST, index.root.parent / "ledger" / f"{name}.json")


@pytest.mark.parametrize("copy_too", [False, True])
@pytest.mark.parametrize("name", [OLDEST, NEWEST])
def test_a_release_closed_anew_by_somebody_does_not_count_and_every_night_says_so(
    index: ReleaseIndex, name: str, copy_too: bool
) -> None:
    _forge(index, name, copy_too=copy_too)
    for _ in range(3):
        mend_ledger(index, NOW)
        assert any(name in line and "does not count" in line for line in complete(index, NOW))
        assert index.current().name == (MIDDLE if name == NEWEST else NEWEST)
    assert name not in [m.release_id for m in index.standing()]
    assert unsound(index.root / name)
    assert verify_release(index.root / name)
    with pytest.raises(LookupError):
        index.database(name)
