"""A release that carries a run of the operating characteristics is made again, and comes out the same."""

import shutil
from pathlib import Path

import pytest
from homes import vigil

from orchestration.releases.index import ReleaseIndex


def test_its_tables_are_the_same(
    refreshed_home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home = shutil.copytree(refreshed_home, tmp_path / "home", symlinks=True)
    assert vigil(home, "operating-characteristics", "--replicates", "8") == 0
    assert vigil(home, "refresh") == 0
    made = ReleaseIndex(home / "releases").newest()
    assert made is not None
    assert made.operating_characteristics is not None
    capfd.readouterr()
    assert vigil(home, "releases", "reproduce", made.release_id) == 0
    assert "tables are the same" in capfd.readouterr().out
