"""Processes of this machine: which one is meant, its descendants, and ending them.

A number alone is given to another process later; number and time of start are one process for good. Where there is no
`/proc` nothing is known of other processes, and none is ended. Does not belong here: whom to end, and why.
"""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
POLL = 0.05
"""Seconds between two looks."""


@dataclass(frozen=True)
class Process:
    """One process, for good: its number and its start in clock ticks since boot."""

    pid: int
    started: str

    @property
    def alive(self) -> bool:
        """Whether it still runs; one that has only to be collected by its parent does not."""
        return process(self.pid) == self


def process(pid: int) -> Process | None:
    """The process of a number, if one runs."""
    fields = _status(pid)
    return None if fields is None else Process(pid, fields[19])


def descendants(pid: int) -> list[Process]:
    """Children, their children, and so on."""
    children: dict[int, list[Process]] = {}
    for entry in PROC.glob("[0-9]*"):
        if (fields := _status(int(entry.name))) is not None:
            children.setdefault(int(fields[1]), []).append(Process(int(entry.name), fields[19]))
    found = list(children.get(pid, ()))
    for child in found:
        found += children.get(child.pid, ())
    return found


def end(processes: Iterable[Process], *, patience: float = 1.0) -> None:
    """Ask processes to end, and kill those that have not after some seconds; returns when none runs."""
    left = [found for found in processes if found.alive]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for found in left:
            with suppress(ProcessLookupError):
                os.kill(found.pid, number)
        until = time.monotonic() + patience
        while left and time.monotonic() < until:
            time.sleep(POLL)
            left = [found for found in left if found.alive]


def _status(pid: int) -> list[str] | None:
    """What `/proc/<pid>/stat` says after the name, state first; None where no such process runs."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields
