"""The units that are shipped hold what systemd asks of a unit, and shut in what needs no more than its home."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.settings import Settings

SYSTEMD = Path(__file__).parents[2] / "docs" / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))
ANALYZE = shutil.which("systemd-analyze")


def test_there_is_one_for_the_daemon_and_one_for_the_pages() -> None:
    assert [unit.stem for unit in UNITS] == ["vigil-daemon", "vigil-webserver"]


@pytest.mark.parametrize("unit", UNITS, ids=[unit.stem for unit in UNITS])
def test_a_new_home_is_set_up_and_releases_can_be_handed_to_a_group(unit: Path) -> None:
    said = unit.read_text()
    assert "\nExecStartPre=/opt/vigil/.venv/bin/vigil setup\n" in said
    # The set-group-id bit of `orchestration.modes` is what this takes away.
    assert "\nRestrictSUIDSGID=yes" not in said


@pytest.mark.parametrize("unit", UNITS, ids=[unit.stem for unit in UNITS])
def test_the_command_for_root_is_the_services_user_in_its_home(unit: Path) -> None:
    said, command = unit.read_text(), (SYSTEMD / "vigil").read_text()
    for name in ("User", "Group", "UMask", "EnvironmentFile"):
        (value,) = re.findall(rf"^{name}=(.*)$", said, re.M)
        assert re.findall(rf"--property={name}=(\S+)", command) == [value], name
    (home,) = re.findall(r"--setenv=VIGIL_HOME=(\S+)", command)
    assert f"VIGIL_HOME={home} DAGSTER_HOME={home}/dagster NUMBA_CACHE_DIR={home}/store/kernels\n" in said
    assert subprocess.run(["sh", "-n", str(SYSTEMD / "vigil")], check=False).returncode == 0


def test_every_setting_of_the_example_is_one_of_ours() -> None:
    named = re.findall(r"^#? ?(VIGIL_\w+)=", (SYSTEMD / "environment").read_text(), re.M)
    assert named
    assert [name for name in named if name not in (Settings.from_environment.__doc__ or "")] == []


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


def test_the_guide_puts_every_file_in_its_place() -> None:
    guide = (SYSTEMD.parent / "operations.md").read_text()
    assert "cp docs/systemd/*.service /etc/systemd/system/" in guide
    for file, place in (("environment", "/etc/vigil/environment"), ("vigil", "/usr/local/bin/vigil")):
        assert f"docs/systemd/{file} {place}" in guide, file
