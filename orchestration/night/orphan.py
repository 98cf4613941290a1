"""dbt runs in a process of its own, which outlives a main process that was killed: it is recorded, and ended.

Recorded by number and time of start, so that nobody else's process is ever taken for it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from orchestration.processes import Process, end, process
from orchestration.settings import Settings


@contextmanager
def recorded(settings: Settings, pid: int) -> Iterator[None]:
    """Keep a child on record while it runs, and end it if what waits for it is broken off.

    Args:
        settings: the home folder.
        pid: of the child.
    """
    child = process(pid)
    try:
        if child is not None:
            _record(settings).write_text(json.dumps(asdict(child)), encoding="utf-8")
        yield
    except BaseException:
        if child is not None:
            end([child])
        raise
    finally:
        _record(settings).unlink(missing_ok=True)


def end_orphan(settings: Settings) -> bool:
    """End the child that a dead main process left running.

    Returns:
        Whether there was one.
    """
    try:
        left = Process(**json.loads(_record(settings).read_text(encoding="utf-8")))
        lives = left.alive
    except (OSError, ValueError, TypeError):
        return False
    if lives:
        end([left])
    _record(settings).unlink(missing_ok=True)
    return lives


def _record(settings: Settings) -> Path:
    return settings.build_file.parent / "dbt.process"
