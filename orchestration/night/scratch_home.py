"""The home in which a release is made again or a protocol tried: full of records, it never outlives the process that asked.

It carries its owner's number and time of start, so that one still at work is left alone. Does not belong here: what is laid
out in it (`reproduction`, `trial`).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.night.orphan import end_orphan
from orchestration.processes import Process, process
from orchestration.settings import Settings

PREFIX = "scratch-"
REFRESH = "refresh.process"
"""Record of the refresh that runs in it."""


@contextmanager
def scratch_home(settings: Settings) -> Iterator[Path]:
    """An empty home under `build/`, gone afterwards."""
    own = process(os.getpid()) or Process(os.getpid(), "0")
    folder = settings.build / f"{PREFIX}{own.pid}-{own.started}"
    Settings(home=folder).build_file.parent.mkdir(parents=True)
    try:
        yield folder
    finally:
        _remove(folder)


def clear_scratch_homes(settings: Settings) -> bool:
    """Remove what processes that died left, and end the refreshes that they started.

    Returns:
        Whether there was any.
    """
    left = [folder for folder in settings.build.glob(f"{PREFIX}*") if not _in_use(folder)]
    for folder in left:
        _remove(folder)
    return bool(left)


def _remove(folder: Path) -> None:
    own = Settings(home=folder)
    # The refresh ends its own dbt, unless it was killed as well.
    end_orphan(own, REFRESH)
    end_orphan(own)
    # Copies of a landing that nobody may write to.
    for inside, _, _ in os.walk(folder):
        os.chmod(inside, 0o700)
    shutil.rmtree(folder)


def _in_use(folder: Path) -> bool:
    pid, _, started = folder.name.removeprefix(PREFIX).partition("-")
    return pid.isdecimal() and Process(int(pid), started).alive
