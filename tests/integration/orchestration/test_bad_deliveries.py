"""A bad delivery at the door: one line that names file and rule, a non-zero exit, and the last release still
current (F09, F16, F20, and a file cut short)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from homes import vigil


def drop_required(folder: Path) -> None:
    (folder / "ae.csv").unlink()


def rename_column(folder: Path) -> None:
    path = folder / "ex.csv"
    path.write_text(path.read_text().replace("EXSTDTC", "INJECTED_ON", 1))


def half_copy(folder: Path) -> None:
    path = folder / "qs.csv"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty_file(folder: Path) -> None:
    (folder / "dm.csv").write_bytes(b"")


def wrong_delimiter(folder: Path) -> None:
    path = folder / "ds.csv"
    path.write_text(path.read_text().replace(",", ";"))


FAULTS = [
    (drop_required, False, "AE"),
    (rename_column, False, "ex.csv"),
    (half_copy, True, "qs.csv"),
    (empty_file, False, "dm.csv"),
    (wrong_delimiter, False, "ds.csv"),
]


@pytest.mark.parametrize(
    ("damage", "keep_manifest", "named"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS]
)
def test_a_bad_delivery_is_refused_in_one_line_and_the_release_stays(
    refreshed_home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    keep_manifest: bool,
    named: str,
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True, ignore=shutil.ignore_patterns("build"))
    before = (home / "releases" / "current").resolve().name
    newest = home / "landing" / "registry" / "2026-07-31"
    shutil.copytree(home / "landing" / "registry" / "2026-06-30", newest)
    if not keep_manifest:
        (newest / "MANIFEST.sha256").unlink()
    damage(newest)
    capsys.readouterr()
    assert vigil(home, "refresh") == 3
    said = [line for line in capsys.readouterr().err.splitlines() if line]
    assert named in said[-1]
    assert "Traceback" not in "\n".join(said)
    assert (home / "releases" / "current").resolve().name == before
