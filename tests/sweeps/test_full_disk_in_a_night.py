"""A disk that fills up at every step of a night (F05): one line, a report, nobody left at work, and the same release afterwards.

The home lies on a small file system of its own, for which this has to be root. Prints what was said at each step.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from homes import make_home

from orchestration.processes import PROC
from orchestration.releases.index import ReleaseIndex

STEP = re.compile(r"^ +[\d.]+ s  (.+)$")
SAID = re.compile(r"^vigil: disk full: \d+ MB( and room for \d+ files)? free under \S+; ")
SIZE, FILES = "700m", 6000


@dataclass
class Night:
    """What came of a refresh."""

    status: int
    steps: list[str]
    said: str
    session: int


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("disk")
    options = f"size={SIZE},nr_inodes={FILES},mode=0700"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "vigil", folder], check=False)
    if mounted.returncode != 0:
        pytest.skip("this user may mount no file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture(scope="module")
def state(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one release and another cut delivered, kept elsewhere."""
    home, folder = disk / "home", tmp_path_factory.mktemp("state")
    make_home(home, cuts=2)
    later = max((home / "landing" / "registry").iterdir())
    later.rename(disk / "later")
    assert night(home).status == 0
    (disk / "later").rename(later)
    shutil.copytree(home, folder / "home", symlinks=True)
    return folder / "home"


def begin_again(disk: Path, state: Path) -> Path:
    for path in disk.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(state, disk / "home", symlinks=True)
    return disk / "home"


def night(home: Path, at: str | None = None, fill: Callable[[Path], None] | None = None) -> Night:
    """`vigil refresh`; the disk is filled as a step begins."""
    ours = {
        "VIGIL_HOME": str(home),
        "VIGIL_PROTOCOL": str(home / "protocol.toml"),
        "VIGIL_SETTLE_SECONDS": "0",
    }
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("vigil")), "refresh"], env={**os.environ, **ours}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, cwd="/",
    )  # fmt: skip
    steps, said = [], []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if found := STEP.match(line):
            steps.append(found[1])
            if found[1] == at and fill is not None:
                fill(home.parent)
    return Night(process.wait(), steps, "".join(said), process.pid)


def fill_bytes(disk: Path) -> None:
    with open(disk / "filler", "wb") as filler:
        block = bytes(1 << 16)
        try:
            while True:
                filler.write(block)
        except OSError:
            return


def fill_files(disk: Path) -> None:
    (disk / "fillers").mkdir()
    try:
        for number in range(FILES):
            (disk / "fillers" / str(number)).touch()
    except OSError:
        return


def empty(disk: Path) -> None:
    (disk / "filler").unlink(missing_ok=True)
    shutil.rmtree(disk / "fillers", ignore_errors=True)


def at_work(session: int) -> list[str]:
    found = []
    for entry in PROC.glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] not in "ZX":
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("fill", [fill_bytes, fill_files], ids=["bytes", "files"])
def test_one_line_says_it_and_the_same_release_comes_once_there_is_room(
    disk: Path, state: Path, fill: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    home = begin_again(disk, state)
    undisturbed = night(home)
    assert undisturbed.status == 0
    expected = ReleaseIndex(home / "releases").manifests()[-1].logical_hash
    wrong = []
    for step in os.environ.get("STEPS", "").split("|") if os.environ.get("STEPS") else undisturbed.steps:
        home = begin_again(disk, state)
        failures = set((home / "build" / "failures").glob("*"))
        current = os.readlink(home / "releases" / "current")
        broken = night(home, step, fill)
        last = broken.said.strip().splitlines()[-1]
        left, reports = at_work(broken.session), set((home / "build" / "failures").glob("*")) - failures
        stood = os.readlink(home / "releases" / "current") == current
        empty(disk)
        after = night(home)
        same = after.status == 0 and ReleaseIndex(home / "releases").manifests()[-1].logical_hash == expected
        good = (
            (broken.status == 1 and SAID.match(last) and not left and stood and len(reports) == 1)
            or broken.status == 0
        ) and same
        with capsys.disabled():
            print(
                f"\n{'ok ' if good else 'BAD'} {step}: status {broken.status}, {last[:230]}; left {left}, current stood {stood}, "
                f"reports {len(reports)}, afterwards {after.status} {'same' if same else 'OTHER ' + after.said[-300:]}",
                flush=True,
            )
        if not good:
            wrong.append((step, broken.said[-1500:]))
    assert not wrong
