"""A whole night with bad deliveries beside a good one: the good cut is released, everything set aside is named on the
console, in the release and in the report, and the exit status says that there are gaps (F09, F16, F20)."""

import shutil
import zipfile
from pathlib import Path

import pytest
from homes import query, vigil

from orchestration.releases.index import ReleaseIndex


@pytest.fixture
def home(refreshed_home: Path, tmp_path: Path) -> Path:
    """Two released cuts; since then a good one, and five that are not."""
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True, ignore=shutil.ignore_patterns("build"))
    registry, proact = home / "landing" / "registry", home / "landing" / "proact"
    shutil.copytree(registry / "2026-06-30", registry / "2026-07-31")
    _half_copied(shutil.copytree(registry / "2026-06-30", registry / "2026-08-31"))
    (registry / "2026-09-30").mkdir()
    (registry / "2026-09-30" / "dm.zip").write_bytes(b"PK\x03\x04 and no more")
    with zipfile.ZipFile(registry / "2026-10-31.zip", "w") as archive:
        archive.writestr("../outside.csv", "USUBJID\n")
    (registry / "notes to self.txt").write_text("call the site")
    export = next(path for path in sorted(proact.iterdir()) if path.is_dir())
    broken = shutil.copytree(export, proact / "2026-09-01")
    _half_copied(broken, "PROACT_ALSFRS.csv")
    return home


def _half_copied(folder: Path, name: str = "qs.csv") -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_the_good_cut_is_released_and_the_bad_ones_are_named(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    landing = {path: path.stat().st_size for path in (home / "landing").rglob("*") if path.is_file()}
    assert vigil(home, "refresh") == 3
    told = capfd.readouterr()
    assert "Traceback" not in told.out + told.err
    newest = ReleaseIndex(home / "releases").manifests()[-1]
    assert newest.data_cut == "2026-07-31"
    assert (home / "releases" / "current").resolve().name == newest.release_id
    gaps = query(home, "select subject, reason from release.gap where kind = 'delivery set aside'")
    report = (home / "releases" / "current" / "report" / "report.html").read_text()
    for bad in ("2026-08-31", "2026-09-30", "2026-10-31", "2026-09-01"):
        assert bad in told.err + told.out, bad
        assert any(bad in subject + reason for subject, reason in gaps), bad
        assert bad in report, bad
    after = {path: path.stat().st_size for path in (home / "landing").rglob("*") if path.is_file()}
    assert after == landing, "what is set aside stays where it was delivered"
    assert not (home / "landing" / "outside.csv").exists()
