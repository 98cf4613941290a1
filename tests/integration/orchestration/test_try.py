"""`vigil try`: candidate protocols on the released data cut, which release nothing and say what a night would."""

import re
import shutil
from pathlib import Path

import pytest
from homes import QUICK_PROTOCOL, vigil

from orchestration.lock import refresh_lock
from orchestration.night import trial
from orchestration.releases.analysts import open_hardened
from orchestration.releases.compare import told_headlines
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.purge import ERASED, purge

CANDIDATES = {
    "narrow": "[matching]\ncaliper = 0.05\n",
    "late": "[vital_status]\nwindow_days = 30\n",
    "safety": "[safety]\nmin_pct = 7.0\n",
}


@pytest.fixture
def candidates(tmp_path: Path) -> dict[str, Path]:
    paths = {name: tmp_path / f"{name}.toml" for name in CANDIDATES}
    for name, path in paths.items():
        path.write_text(QUICK_PROTOCOL.format(version=f"1.1-{name}") + CANDIDATES[name])
    return paths


@pytest.fixture
def home(refreshed_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own."""
    return Path(shutil.copytree(refreshed_home, tmp_path / "home", symlinks=True))


def table(said: str) -> dict[str, dict[str, str]]:
    """The table that a trial ends with: by column, then by row."""
    lines = said[said.rindex("hazard ratio (95 % interval)") :].splitlines()
    (_, *columns), *rows = (re.split(r" {2,}", line) for line in lines)
    return {column: {row[0]: row[place] for row in rows} for place, column in enumerate(columns, start=1)}


def state(home: Path) -> tuple:
    index = ReleaseIndex(home / "releases")
    return index.current(), [m.chain for m in index.manifests()], (index.root / "journal.jsonl").read_bytes()


def test_candidates_stand_beside_the_release_and_nothing_is_released(
    refreshed_home: Path, candidates: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(refreshed_home)
    out = tmp_path / "out"
    assert vigil(refreshed_home, "try", *map(str, candidates.values()), "--out", str(out)) == 0
    said = capsys.readouterr().out
    assert state(refreshed_home) == before
    assert not list((refreshed_home / "build").glob("scratch-*"))
    told = table(said)
    with open_hardened(ReleaseIndex(refreshed_home / "releases").database("2")) as connection:
        assert told["release 0002-2026-06-30"] == told_headlines(connection)
    released, narrow, late, safety = told.values()
    assert list(told) == ["release 0002-2026-06-30", *CANDIDATES]
    # What safety counts moves no hazard ratio; a caliper moves the matched ones, a window of a month all.
    assert safety == released
    assert {row for row in released if narrow[row] != released[row]} == {"OS, matched", "TFS, matched"}
    assert late["OS, matched"] != released["OS, matched"]
    assert late["OS, crude"] != released["OS, crude"]
    assert "matching.caliper: 0.2 → 0.05" in said
    assert "why the hazard ratios moved (log scale)" in said
    for name in CANDIDATES:
        report = (out / name / "report" / "report.html").read_text()
        assert report.count("NOT RELEASED: a protocol tried on a released data cut") == 1
        assert f"protocol version 1.1-{name}" in report


def test_a_trial_says_what_a_night_would_release(
    refreshed_home: Path,
    home: Path,
    candidates: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert vigil(refreshed_home, "try", str(candidates["late"]), "--out", str(tmp_path / "out")) == 0
    tried = table(capsys.readouterr().out)["late"]
    shutil.copyfile(candidates["late"], home / "protocol.toml")
    assert vigil(home, "refresh") == 0
    with open_hardened(ReleaseIndex(home / "releases").database("3")) as connection:
        assert tried == told_headlines(connection)


def test_it_needs_neither_store_nor_landing_nor_the_lock(
    home: Path, candidates: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("store", "landing"):
        shutil.rmtree(home / name)
    with refresh_lock(home, "2026-10-01T03:00:00+09:00"):
        assert vigil(home, "try", str(candidates["safety"])) == 0
    told = table(capsys.readouterr().out)
    assert told["safety"] == told["release 0002-2026-06-30"]


def test_a_release_of_other_code_is_not_tried_on_and_it_says_what_to_run(
    home: Path, candidates: dict[str, Path], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(trial, "code_hash", lambda: "other")
    assert vigil(home, "try", str(candidates["late"])) == 1
    assert capsys.readouterr().err == (
        "vigil: release 0002-2026-06-30 was made by other code or libraries, or under another key: run vigil refresh first\n"
    )
    assert not list((home / "build").glob("scratch-*"))
    (home / "releases" / "current").unlink()
    assert vigil(home, "try", str(candidates["late"])) == 1
    assert "no release is current" in capsys.readouterr().err


def test_a_report_is_not_kept_of_a_release_that_was_emptied_meanwhile(
    home: Path, candidates: dict[str, Path], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    index, made = ReleaseIndex(home / "releases"), trial.Trial.make

    def emptied_meanwhile(build: trial.Trial, step: object) -> None:
        made(build, step)
        purge(index, index.folder("2"), ERASED, "2026-10-01T03:00:00+09:00")

    monkeypatch.setattr(trial.Trial, "make", emptied_meanwhile)
    assert vigil(home, "try", str(candidates["safety"])) == 1
    assert "release 0002-2026-06-30 was emptied meanwhile: try the protocol again" in capsys.readouterr().err
    assert not list((home / "trials").glob("*"))


def test_candidates_of_one_name_are_refused(
    refreshed_home: Path, candidates: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other" / "late.toml"
    other.parent.mkdir()
    other.write_text(candidates["late"].read_text())
    assert vigil(refreshed_home, "try", str(candidates["late"]), str(other)) == 1
    assert "two candidates have one file name" in capsys.readouterr().err
