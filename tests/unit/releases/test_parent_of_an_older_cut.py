"""A data cut that is made again: the release it follows is checked as the newest is."""

from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, THIRD, release

from orchestration.cli import main
from orchestration.releases.index import ReleaseIndex


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReleaseIndex:
    """Three releases, of which the second is rotten and nobody has noticed; landing is empty."""
    # The fabricated releases name no key.
    monkeypatch.setattr("orchestration.erasure.recovery.refuse_other_key", lambda settings: None)
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path))
    for number, cut in enumerate((FIRST, SECOND, THIRD)):
        release(tmp_path, cut, estimate=float(number))
    database = tmp_path / "releases" / f"0002-{SECOND}" / "vigil.duckdb"
    database.chmod(0o644)
    with open(database, "r+b") as file:
        file.seek(8192)
        file.write(b"rot")
    return ReleaseIndex(tmp_path / "releases")


def newest(index: ReleaseIndex, cut: str) -> str | None:
    """What a build of a cut would follow."""
    found = index.newest(not_after=cut)
    return found.release_id if found else None


def test_a_rotten_parent_does_not_count(index: ReleaseIndex, capsys: pytest.CaptureFixture[str]) -> None:
    assert newest(index, SECOND) == f"0002-{SECOND}"
    main(["refresh", "--cut", SECOND])
    assert f"release 0002-{SECOND} is damaged and does not count" in capsys.readouterr().out
    assert newest(index, SECOND) == f"0001-{FIRST}"
    assert index.newest_of(SECOND) is None
    assert index.current() == index.root / f"0003-{THIRD}"


def test_a_night_of_the_newest_cut_does_not_look_at_older_releases(
    index: ReleaseIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["refresh"])
    assert "damaged" not in capsys.readouterr().out
    assert newest(index, SECOND) == f"0002-{SECOND}"
