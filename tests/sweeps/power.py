"""A command of `vigil` whose power is cut at a given change of its home folder, and what must hold afterwards.

How changes are counted is in `power_cut/sitecustomize.py`. Not here: which commands, and where they are cut.
"""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.verify import verify_release

COUNTER = Path(__file__).parent / "power_cut"
VIGIL = "import sys; from orchestration.cli import main; sys.exit(main(sys.argv[1:]))"
_VARYING = re.compile(r"[0-9a-f]{8,}(-[0-9a-f]{4,}){0,4}|\d+")


@dataclass(frozen=True)
class Change:
    """One change of a home folder: the how-manieth, what is done, and to which file."""

    number: int
    event: str
    path: str

    @property
    def kind(self) -> tuple[str, str]:
        """Changes of one kind differ in the name of the file alone."""
        return self.event, _VARYING.sub("", os.path.dirname(self.path))


def start(home: Path, arguments: tuple[str, ...], at: int = 0, code: str = VIGIL) -> "subprocess.Popen[str]":
    """A command on a home, its power to be cut at its `at`-th change (0: never), in a process group of its own."""
    ledger = home.with_name(home.name + ".changes")
    for file in (ledger, Path(f"{ledger}.count")):
        file.unlink(missing_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(COUNTER),
            "POWER_CUT_HOME": str(home),
            "POWER_CUT_AT": str(at),
            "POWER_CUT_LEDGER": str(ledger),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def changes_of(home: Path, *arguments: str, code: str = VIGIL) -> list[Change]:
    """Run a command undisturbed.

    Returns:
        What it changed, in order.
    """
    process = start(home, arguments, code=code)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    lines = home.with_name(home.name + ".changes").read_text().splitlines()
    return [Change(number, *line.split(" ", 1)) for number, line in enumerate(lines, start=1)]


def cut_power(home: Path, at: int, *arguments: str, code: str = VIGIL) -> None:
    """Run a command and cut its power at a change; all its processes are gone afterwards.

    Raises:
        EndedBeforeError: the command came to its end, as one may whose threads make a few changes more or fewer.
    """
    process = start(home, arguments, at, code)
    said, _ = process.communicate()
    if process.returncode == 0:
        raise EndedBeforeError(len(home.with_name(home.name + ".changes").read_text().splitlines()))
    assert process.returncode == -signal.SIGKILL, f"not cut at change {at}: {said}"
    for left in processes_of(home):
        os.kill(left, signal.SIGKILL)


class EndedBeforeError(Exception):
    """A command ended before its power was to be cut, after `n_change` changes."""

    def __init__(self, n_change: int) -> None:
        super().__init__(f"ended after {n_change} changes")
        self.n_change = n_change


def processes_of(home: Path) -> list[int]:
    """Processes that were started, directly or not, by a command on this home."""
    mark = f"POWER_CUT_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue  # gone, or somebody else's
    return found


def spread(changes: list[Change], n: int) -> list[Change]:
    """The first change of every kind, and others evenly between, `n` in all, in order."""
    chosen = list({change.kind: change for change in reversed(changes)}.values())
    chosen = sorted(chosen, key=lambda change: change.number)
    if len(chosen) > n:
        return [chosen[round(i * (len(chosen) - 1) / (n - 1))] for i in range(n)]
    rest = [change for change in changes if change not in chosen]
    step = max(1, len(rest) // max(1, n - len(chosen)))
    return sorted(chosen + rest[::step][: n - len(chosen)], key=lambda change: change.number)


def current_is_whole(home: Path) -> None:
    """What every reader relies on, whatever happened: `current` points at a release that is as published."""
    current = ReleaseIndex(home / "releases").current()
    assert current is not None
    assert verify_release(current) == []
