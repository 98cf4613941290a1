"""A `vigil` command in a cold process, watched from outside: wall and processor seconds, memory, and both by step.

Belongs here: running, watching and telling what it cost. Does not belong here: which homes and nights are compared.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

SAMPLED_SECONDS = 1.0
"""A look adds up every page of a process: more often would slow the night down."""
TICK = os.sysconf("SC_CLK_TCK")
STEP = re.compile(r"^ {2}\s*[\d.]+ s {2}(\S.*)$")
"""A line of progress, which is told as a step begins."""


@dataclass(frozen=True)
class Cost:
    """What something took: seconds, processor seconds, and the most memory that its processes had at once, MiB."""

    wall: float
    cpu: float
    peak: float


@dataclass
class Watched:
    """A command that ended.

    Attributes:
        cost: of all of it.
        steps: of each step of a night, in their order; what the second process does meanwhile counts for the step under way.
        status: with which it ended.
        said: all it printed.
    """

    cost: Cost
    steps: dict[str, Cost]
    status: int
    said: str


@dataclass
class _Samples:
    """Processor seconds and MiB of a process and its descendants, time by time."""

    times: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def take(self, pid: int) -> None:
        family = list(_family(pid))
        self.times.append(time.perf_counter())
        self.cpu.append(sum(cpu for _, cpu in family))
        self.memory.append(sum(_proportional(each) for each, _ in family) / 1024)

    def between(self, start: float, end: float) -> Cost:
        within = [memory for at, memory in zip(self.times, self.memory, strict=True) if start <= at <= end]
        return Cost(end - start, self._spent(end) - self._spent(start), max(within, default=0.0))

    def _spent(self, at: float) -> float:
        """At the last sample before; processes that ended meanwhile and were collected count with their parent."""
        return max((cpu for when, cpu in zip(self.times, self.cpu, strict=True) if when <= at), default=0.0)


def watched(checkout: Path, home: Path, *arguments: str, settings: dict[str, str] | None = None) -> Watched:
    """Run `vigil` of a checkout, which has its `.venv`, on a home folder.

    Args:
        checkout: where it is.
        home: the home folder.
        *arguments: command and its arguments.
        settings: environment besides.
    """
    own = {"VIGIL_HOME": str(home), "DAGSTER_HOME": str(home / "dagster"), "VIGIL_SETTLE_SECONDS": "0",
           "PYTHONPATH": str(checkout)}  # fmt: skip
    inherited = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.Popen(
        [checkout / ".venv" / "bin" / "vigil", *arguments], env=inherited | own | (settings or {}), cwd=checkout,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    samples, ended = _Samples(), Event()
    watching = Thread(target=_watch, args=(run.pid, samples, ended))
    watching.start()
    assert run.stdout is not None
    lines = [(time.perf_counter(), line.rstrip("\n")) for line in run.stdout]
    status = run.wait()
    ended.set()
    watching.join()
    finish, after = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    starts = [(at, match[1]) for at, line in lines if (match := STEP.match(line))]
    ends = [at for at, _ in starts][1:] + [finish] * bool(starts)
    steps: dict[str, Cost] = {}
    for (start, name), end in zip(starts, ends, strict=True):
        steps[name] = _sum(steps.get(name), samples.between(start, end))
    cost = Cost(finish - began, cpu, max(samples.memory, default=0.0))
    return Watched(cost, steps, status, "\n".join(line for _, line in lines))


@contextmanager
def sampled(pid: int) -> Iterator[list[Cost]]:
    """What a process and its descendants spend meanwhile, in the list once it is over."""
    samples, ended, costs = _Samples(), Event(), list[Cost]()
    samples.take(pid)
    watching = Thread(target=_watch, args=(pid, samples, ended))
    watching.start()
    try:
        yield costs
    finally:
        ended.set()
        watching.join()
        samples.take(pid)
        costs.append(samples.between(samples.times[0], samples.times[-1]))


def released(done: Watched) -> Watched:
    """A night that was released, with or without gaps; the benchmark ends with what it said otherwise."""
    if done.status not in (0, 3):
        sys.exit(f"{done.said}\nvigil ended with {done.status}")
    return done


def remove(home: Path) -> None:
    """A home folder, whatever in it nobody may write."""
    for inside, _, _ in os.walk(home):
        os.chmod(inside, 0o700)
    shutil.rmtree(home, ignore_errors=True)


def tell_medians(found: dict[str, list[Cost]], one: str, other: str, digits: int = 1) -> None:
    """Print a row for each name, and the ratio of one to the other where both are there."""
    medians = {}
    for name, costs in found.items():
        wall, cpu, peak = (
            statistics.median(getattr(cost, what) for cost in costs) for what in ("wall", "cpu", "peak")
        )
        walls = ", ".join(f"{cost.wall:.{digits}f}" for cost in costs)
        print(
            f"  {name:6s} {wall:8.{digits}f} s   {cpu:8.{digits}f} CPU s   {peak:7.0f} MiB   ({walls})",
            flush=True,
        )
        medians[name] = wall, cpu
    if {one, other} <= medians.keys():
        ratios = (medians[one][place] / medians[other][place] for place in (0, 1))
        print(
            f"  {one} / {other}: " + "{:.2f} of the time, {:.2f} of the processor's".format(*ratios),
            flush=True,
        )


def _sum(one: Cost | None, other: Cost) -> Cost:
    """Of two steps of one name."""
    if one is None:
        return other
    return Cost(one.wall + other.wall, one.cpu + other.cpu, max(one.peak, other.peak))


def _watch(pid: int, samples: _Samples, ended: Event) -> None:
    while not ended.wait(SAMPLED_SECONDS):
        samples.take(pid)


def _family(pid: int) -> Iterator[tuple[int, float]]:
    """A process and its descendants, with their processor seconds, those of children collected by them included."""
    found, known = [pid], {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        known[int(status.parent.name)] = int(fields[1]), sum(map(int, fields[11:15])) / TICK
    for each in found:
        found += [child for child, (parent, _) in known.items() if parent == each]
        if each in known:
            yield each, known[each][1]


def _proportional(pid: int) -> int:
    """Proportional set size, KiB: what is shared counts once over all."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
