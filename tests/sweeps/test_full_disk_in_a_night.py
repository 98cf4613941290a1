"""A disk that fills up at each step of a night (F05): one line, a report, nobody left at work, the same release afterwards.

The home lies on a small file system of its own, for which this has to be root. Prints what was said at each step.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TypeAlias
from uuid import uuid4

import pytest
from homes import environment, make_home

from orchestration.processes import PROC
from orchestration.releases.index import ReleaseIndex

STEP = re.compile(r"^ +[\d.]+ s  (.+)$")
SAID = re.compile(r"^vigil: disk full: \d+ MB( and room for \d+ files)? free under \S+; ")
SIZE, FILES = "700m", 6000
Filler: TypeAlias = Callable[[Path], None]


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


def night(home: Path, at: str | None = None, fill: Filler | None = None) -> Night:
    """`vigil refresh`; from a step on somebody else takes whatever room there is, also what the night gives back."""
    with environment(home):
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("vigil")), "refresh"], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, cwd="/",
        )  # fmt: skip
    steps, said, ended = [], [], Event()
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if found := STEP.match(line):
            steps.append(found[1])
            if found[1] == at and fill is not None:
                fill(home.parent)
                Thread(target=_goes_on, args=(fill, home.parent, ended)).start()
    status = process.wait()
    ended.set()
    return Night(status, steps, "".join(said), process.pid)


def _goes_on(fill: Filler, disk: Path, ended: Event) -> None:
    while not ended.wait(0.02):
        fill(disk)


def fill_bytes(disk: Path) -> None:
    with open(disk / "filler", "ab", buffering=0) as filler:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while filler.write(bytes(size)):
                    pass


def fill_files(disk: Path) -> None:
    (disk / "fillers").mkdir(exist_ok=True)
    with suppress(OSError):
        while True:
            (disk / "fillers" / uuid4().hex).touch()


def empty(disk: Path) -> None:
    (disk / "filler").unlink(missing_ok=True)
    shutil.rmtree(disk / "fillers", ignore_errors=True)


def at_work(session: int) -> int:
    """Processes of a session that run, a second after it."""
    time.sleep(1)
    found = 0
    for entry in PROC.glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] not in "ZX":
                found += 1
        except OSError:
            continue
    return found


def reports(home: Path) -> set[Path]:
    return set((home / "build" / "failures").glob("*.md"))


# What the system says differs by nothing but the word, so that of inodes every fifth step is enough: a step takes a minute.
@pytest.mark.parametrize(("fill", "every"), [(fill_bytes, 1), (fill_files, 5)], ids=["bytes", "files"])
def test_one_line_says_it_and_the_same_release_comes_once_there_is_room(
    disk: Path, state: Path, fill: Filler, every: int, capsys: pytest.CaptureFixture[str]
) -> None:
    home = begin_again(disk, state)
    undisturbed = night(home)
    assert undisturbed.status == 0
    expected = ReleaseIndex(home / "releases").manifests()[-1].logical_hash
    told = {}
    for step in list(dict.fromkeys(undisturbed.steps))[::every]:
        home = begin_again(disk, state)
        before, current = reports(home), os.readlink(home / "releases" / "current")
        broken = night(home, step, fill)
        left, stood = at_work(broken.session), os.readlink(home / "releases" / "current") == current
        empty(disk)
        n_report = len(reports(home) - before)
        after = night(home)
        same = after.status == 0 and ReleaseIndex(home / "releases").manifests()[-1].logical_hash == expected
        last = broken.said.strip().splitlines()[-1]
        told[step] = (broken.status, bool(SAID.match(last)), left, stood, n_report, same)
        with capsys.disabled():
            print(f"{step}: {told[step]} {last[:200]}", flush=True)
    assert set(told.values()) == {(1, True, 0, True, 1, True)}
