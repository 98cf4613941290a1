"""A home that comes back from its backup: it verifies, and there is nothing to make."""

import shutil
from pathlib import Path

import pytest
from homes import vigil

from orchestration.releases.index import ReleaseIndex


def test_a_home_without_what_a_backup_may_leave_out_verifies_and_has_nothing_to_make(
    refreshed_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left_out = shutil.ignore_patterns("build", "dagster")
    home = shutil.copytree(refreshed_home, tmp_path / "restored", symlinks=True, ignore=left_out)
    assert vigil(home, "releases", "verify") == 0
    capsys.readouterr()
    assert vigil(home, "refresh") == 0
    assert "nothing new" in capsys.readouterr().out
    before = [m.logical_hash for m in ReleaseIndex(refreshed_home / "releases").manifests()]
    assert [m.logical_hash for m in ReleaseIndex(home / "releases").manifests()] == before
