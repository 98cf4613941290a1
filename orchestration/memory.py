"""The memory of a night: how much there is, which share is DuckDB's, and what to do where it is not enough.

No heavy imports: settings begin here. Does not belong here: watching a night (`night.memory_watch`).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

PROC, CGROUPS = Path("/proc"), Path("/sys/fs/cgroup")
MIB = 2**20
LEAST_SHARE = 64
"""MiB below which DuckDB runs no query worth the name."""
OF_ALL = 0.9
"""What a night takes of a machine that nobody divided up."""
LEFT = 128 * MIB
"""Bytes that it leaves at least: what DuckDB asks for between two looks at the night, and code and files that are mapped."""
AT_ONCE = 2
"""Files that a process may have open: the build's and its parent's."""
WORDS = ("Out of Memory Error", "MemoryError", "Unable to allocate", "failed to allocate", "std::bad_alloc")
OF_SPARK = (
    "Not enough memory to build and broadcast", "Could not allocate memory", "UNABLE_TO_ACQUIRE_MEMORY", "OutOfMemoryError",
    "Java heap space",
)  # fmt: skip
"""What a driver or an executor says, of whom a night knows no sizes."""
WAY_OUT_ON_SPARK = (
    "way out: give Spark's driver more (half of VIGIL_MEMORY where Vigil starts it, spark.driver.memory of a server that is "
    "there), then its executors (spark.executor.memory)"
)

DuckDbConfig: TypeAlias = dict[str, str | bool | int | float | list[str]]


@dataclass(frozen=True)
class DuckDbShare:
    """What DuckDB may take of the machine.

    Attributes:
        threads: at once.
        memory: MiB of all its openings in a process together; None leaves it to DuckDB.
        spill: folder for what does not fit; None is beside the file.
    """

    threads: int = 2
    memory: int | None = None
    spill: Path | None = None

    def config(self, openings: int = AT_ONCE) -> "DuckDbConfig":
        """For `duckdb.connect`, of one of so many files that are open at once."""
        found: DuckDbConfig = {"threads": self.threads}
        if self.memory is not None:
            found["memory_limit"] = f"{max(self.memory // openings, LEAST_SHARE)}MiB"
        if self.spill is not None:
            found["temp_directory"] = str(self.spill)
        return found

    def environment(self) -> dict[str, str]:
        """For a process of dbt's, which opens one file; as its profile asks for it."""
        alone = self.config(1)
        names = {
            "threads": "VIGIL_THREADS",
            "memory_limit": "VIGIL_DBT_MEMORY",
            "temp_directory": "VIGIL_DBT_SPILL",
        }
        return {names[setting]: str(value) for setting, value in alone.items()}


def machine_mib() -> int:
    """Memory that this process may take by default, MiB: most of the machine's, or of its control group's."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = min([physical, *_control_group_limits()])
    return max(int(min(limit * OF_ALL, limit - LEFT)) // MIB, LEAST_SHARE)


def _control_group_limits() -> Iterator[int]:
    """Limits of this process' group and of those it is in, of either version of control groups."""
    try:
        lines = (PROC / "self" / "cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, inside = line.split(":", 2)
        if controllers == "":
            yield from _limits(CGROUPS, inside, "memory.max")
            yield from _limits(CGROUPS / "unified", inside, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _limits(CGROUPS / "memory", inside, "memory.limit_in_bytes")


def _limits(root: Path, inside: str, name: str) -> Iterator[int]:
    place = Path(inside.lstrip("/"))
    # In a container the group may be named as the host sees it: then its root is the group.
    for folder in (place, *place.parents):
        try:
            yield int((root / folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue


def anonymous_mib(pids: list[int]) -> float:
    """Memory that processes hold and no file could give back, MiB; 0 of those that are gone."""
    return sum(map(_anonymous_kib, pids)) / 1024


def _anonymous_kib(pid: int) -> int:
    try:
        with open(PROC / str(pid) / "status", encoding="utf-8", errors="replace") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("RssAnon:")), 0)
    except OSError:
        return 0


def way_out(memory: int) -> str:
    """What to do where a night's memory is not enough."""
    return (
        f"{memory / 1024:.1f} GiB (VIGIL_MEMORY, by default most of the machine's) are not enough: give the night more, or "
        "VIGIL_THREADS=1, which takes longer and less"
    )


def explained(reason: str, memory: int) -> str:
    """A reason of a failure, with the way out, once, where memory is what it speaks of."""
    for said, way in ((OF_SPARK, WAY_OUT_ON_SPARK), (WORDS, way_out(memory))):
        if any(words in reason for words in said):
            return reason if way in reason else f"{reason}; {way}"
    return reason
