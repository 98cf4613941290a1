"""`vigil releases reproduce` on a whole home: a release made again in an empty folder is the same table for table, or what
it was made of and is gone is listed."""

import shutil
import subprocess
from pathlib import Path

import pytest
from homes import vigil

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import read_manifest


@pytest.fixture
def home(refreshed_home: Path, tmp_path: Path) -> Path:
    """A copy of the home with two releases, without what a reproduction must not need."""
    copy = tmp_path / "home"
    copy.mkdir()
    for name in ("landing", "releases", "ledger", "protocol.toml"):
        subprocess.run(["cp", "-a", str(refreshed_home / name), str(copy)], check=True)
    return copy


def test_a_release_comes_out_the_same_and_leaves_nothing_behind(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    index = ReleaseIndex(home / "releases")
    newest = index.newest()
    assert newest is not None
    assert newest.parent_id is not None
    n_table = len(newest.tables)
    assert vigil(home, "releases", "reproduce", newest.release_id) == 0
    told = capfd.readouterr().out.splitlines()
    assert told[-1] == (
        f"{newest.release_id} made again from landing: {n_table} of {n_table} tables are the same"
    )
    assert n_table >= 50
    assert [m.release_id for m in index.manifests()] == [newest.parent_id, newest.release_id]
    assert list((home / "build").glob("scratch-*")) == []


def test_what_is_missing_is_listed_and_nothing_is_made(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    index = ReleaseIndex(home / "releases")
    current = index.current()
    assert current is not None
    manifest = read_manifest(current)
    (home / "landing" / "registry" / manifest.data_cut / "dm.csv").unlink()
    monkeypatch.setattr("orchestration.night.reproduction.code_hash", lambda: "e" * 64)
    shutil.rmtree(index.root / str(manifest.parent_id))
    other = "another key of at least thirty-two characters"
    assert vigil(home, "releases", "reproduce", manifest.release_id, key=other) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[1].rstrip(":") for line in told[:-1]] == ["code", "key", "parent", "file"]
    assert manifest.code_commit is None or manifest.code_commit in told[0]
    assert "dm.csv" in told[3]
    assert told[-1] == f"{manifest.release_id} cannot be made again: 4 things are missing"
    assert not (home / "build" / "work").exists()
