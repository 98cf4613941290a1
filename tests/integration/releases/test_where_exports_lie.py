"""Where `vigil export` writes, what it says before it does, and where it does not write records of subjects."""

import shutil
import subprocess
from pathlib import Path

import pytest
from released_home import vigil

from orchestration.commands import export

MARTS = ("export", "--format", "parquet", "--marts", "adsl")


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_without_a_place_it_is_a_folder_of_the_release_that_git_ignores(home: Path) -> None:
    subprocess.run(["git", "init", "-q", str(home)], check=True)
    try:
        assert vigil(*MARTS, "--results") == 0
        release = (home / "releases" / "current").resolve().name
        made = {"SYNTHETIC-adsl.parquet", "SYNTHETIC-ard.json", "define.xml", "RELEASE.txt"}
        assert _files(home / "exports" / release) == made
        assert (home / "exports").stat().st_mode & 0o077 == 0
        told = subprocess.run(
            ["git", "-C", str(home), "status", "--porcelain", "-uall", "--", "exports"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stdout == ""
    finally:
        shutil.rmtree(home / ".git")
        shutil.rmtree(home / "exports")


@pytest.mark.parametrize("asked", [MARTS, ("export", "--results", "--in-house")])
def test_a_work_tree_takes_no_records_of_subjects(
    home: Path, tmp_path: Path, asked: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert vigil(*asked, "--out", str(tmp_path / "adam")) == 1
    told = capsys.readouterr()
    assert "git work tree" in told.err
    assert told.out == ""
    assert not (tmp_path / "adam").exists()


def test_it_takes_the_public_results(home: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert vigil("export", "--results", "--out", str(tmp_path / "results")) == 0
    assert _files(tmp_path / "results") == {"SYNTHETIC-ard.json", "RELEASE.txt"}


def test_nor_does_a_room_of_the_home(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vigil(*MARTS, "--out", str(home / "releases" / "current" / "adam")) == 1
    assert "lies in releases/ of the home folder" in capsys.readouterr().err


def test_what_it_is_is_said_before_a_file_is_written(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise OSError("stopped before the first file")

    monkeypatch.setattr(export, "_marts", stopped)
    assert vigil(*MARTS, "--out", str(tmp_path / "adam")) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "SYNTHETIC: made from simulated deliveries"
    assert not (tmp_path / "adam").exists()


@pytest.mark.parametrize(
    ("asked", "for_whom"),
    [
        (MARTS, "records of subjects: for those who may hold them"),
        (("export", "--results", "--in-house"), "records of subjects: for those who may hold them"),
        (("export", "--results"), "results as the public edition of the report tells them"),
    ],
)
def test_a_release_of_real_deliveries_says_for_whom(
    home: Path, tmp_path: Path, asked: tuple[str, ...], for_whom: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    class Manifest:
        simulated = False

    monkeypatch.setattr(export, "read_manifest", lambda _: Manifest())
    assert vigil(*asked, "--out", str(tmp_path / "out")) == 0
    assert capsys.readouterr().out.splitlines()[1] == for_whom
