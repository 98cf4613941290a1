"""The units that are shipped hold what systemd asks of a unit, and shut in what needs no more than its home."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[2] / "docs" / "systemd").glob("*.service"))
ANALYZE = shutil.which("systemd-analyze")


def test_there_is_one_for_the_daemon_and_one_for_the_pages() -> None:
    assert [unit.stem for unit in UNITS] == ["vigil-daemon", "vigil-webserver"]


@pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze: install Debian's package systemd")
@pytest.mark.parametrize("unit", UNITS, ids=[unit.stem for unit in UNITS])
def test_systemd_finds_nothing_wrong_and_little_exposed(unit: Path, tmp_path: Path) -> None:
    # Only the program is not there where it is verified.
    text = re.sub(r"^(ExecStart(?:Pre)?)=.*", r"\1=/bin/true", unit.read_text(), flags=re.M)
    copy = tmp_path / unit.name
    copy.write_text(text)
    verified = subprocess.run([ANALYZE, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    security = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--threshold=20", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert security.returncode == 0, security.stdout
