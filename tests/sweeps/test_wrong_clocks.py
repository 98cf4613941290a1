"""A machine whose clock is wrong, or right in another time zone (F32): releases follow one another all the same.

Each night is a process whose clock says something else (`faketime`, of Debian's package of that name). Prints what was said.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from homes import make_home

from orchestration.releases.index import ReleaseIndex

FAKETIME = shutil.which("faketime")
pytestmark = pytest.mark.skipif(FAKETIME is None, reason="faketime is not installed")
CLOCKS = {
    "right": ("+0 days", "Asia/Seoul"),
    "forty days back": ("-40 days", "Asia/Seoul"),
    "on a leap day, before midnight of another zone": ("2028-02-29 23:59:30", "America/New_York"),
    "in the hour that comes twice": ("2026-11-01 01:30:00", "America/New_York"),
}
"""What the clock says, and the machine's zone, night after night: ahead and back by years."""


def vigil(home: Path, clock: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    says, zone = CLOCKS[clock]
    ours = {"VIGIL_HOME": str(home), "VIGIL_PROTOCOL": str(home / "protocol.toml"), "TZ": zone}
    command = [str(FAKETIME), "-f", says if says[0] in "+-" else f"@{says}"]
    return subprocess.run(
        [*command, str(Path(sys.executable).with_name("vigil")), *arguments],
        env={**os.environ, **ours}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_cut_is_released_in_turn_and_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    straight, home = tmp_path / "straight", tmp_path / "home"
    make_home(straight, cuts=len(CLOCKS))
    shutil.copytree(straight, home)
    later = sorted((home / "landing" / "registry").iterdir())
    waiting = tmp_path / "waiting"
    waiting.mkdir()
    for delivery in later:
        delivery.rename(waiting / delivery.name)
    assert vigil(straight, "right", "refresh").returncode == 0
    for number, (clock, delivery) in enumerate(zip(CLOCKS, later, strict=True), start=1):
        (waiting / delivery.name).rename(delivery)
        night = vigil(home, clock, "refresh")
        with capsys.disabled():
            print(f"\n{clock}: {night.returncode} {night.stderr[-300:]}")
        assert night.returncode == 0, night.stdout + night.stderr
        manifests = ReleaseIndex(home / "releases").manifests()
        assert [m.number for m in manifests] == list(range(1, number + 1))
        assert os.readlink(home / "releases" / "current") == manifests[-1].release_id
        for command in (("releases", "list"), ("releases", "verify"), ("refresh",)):
            said = vigil(home, clock, *command)
            assert said.returncode == 0, (command, said.stdout + said.stderr)
        # Somebody may be needed: data that are old by this clock, or a last night that is yet to come.
        assert vigil(home, clock, "doctor").returncode in (0, 4)
    hashes = {m.data_cut: m.logical_hash for m in ReleaseIndex(home / "releases").manifests()}
    assert hashes == {m.data_cut: m.logical_hash for m in ReleaseIndex(straight / "releases").manifests()}
