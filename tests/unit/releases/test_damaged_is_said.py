"""A release that is not what was published is called damaged wherever it is shown, whatever was said of it before."""

import argparse
from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, release

from orchestration.commands import export, releases
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.standing import APPROVED


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReleaseIndex:
    """Two approved releases, of which no night has looked at the damage yet."""
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, estimate=2.0)
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path))
    index = ReleaseIndex(tmp_path / "releases")
    for folder in index.folders():
        index.record(at="now", act=APPROVED, reason="reviewed", release=folder.name)
    return index


def _ran(command: str, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    module = {"releases": releases, "export": export}[command]
    module.add_arguments(parser)
    return module.run(parser.parse_args(arguments))


def _change(path: Path) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_shown(index: ReleaseIndex, capsys: pytest.CaptureFixture[str]) -> None:
    _change(index.root / f"0001-{FIRST}" / "report" / "report.html")
    _ran("releases", "show", "1")
    said = capsys.readouterr().out
    assert said.startswith("DAMAGED")
    assert "approved by" not in said
    _ran("releases", "show", "2")
    assert "approved by" in capsys.readouterr().out


def test_not_exported(index: ReleaseIndex, tmp_path: Path) -> None:
    _change(index.root / f"0002-{SECOND}" / "vigil.duckdb")
    with pytest.raises(LookupError, match=r"not exported: .*changed after publication"):
        _ran("export", "--format", "parquet", "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_listed(index: ReleaseIndex, capsys: pytest.CaptureFixture[str]) -> None:
    (index.root / f"0002-{SECOND}" / "vigil.duckdb").unlink()
    _ran("releases", "list")
    first, second = capsys.readouterr().out.splitlines()
    assert "approved" in first
    assert "damaged" in second
    assert "approved" not in second
