"""dbt runs in a process of its own, which outlives a main process that was killed: it is recorded, and ended.

Recorded by number and time of start, so that nobody else's process is ever taken for it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from orchestration.processes import Process, descendants, end, process
from orchestration.settings import Settings

DBT = "dbt.process"


@contextmanager
def recorded(settings: Settings, pid: int, name: str = DBT) -> Iterator[None]:
    """Keep a child on record while it runs, and end it if what waits for it is broken off.

    Args:
        settings: the home folder.
        pid: of the child.
        name: of the record.
    """
    child = process(pid)
    try:
        if child is not None:
            _record(settings, name).write_text(json.dumps(asdict(child)), encoding="utf-8")
        yield
    except BaseException:
        if child is not None:
            end([child])
        raise
    finally:
        _record(settings, name).unlink(missing_ok=True)


def end_orphan(settings: Settings, name: str = DBT) -> bool:
    """End the child that a dead main process left running.

    Returns:
        Whether there was one.
    """
    try:
        left = Process(**json.loads(_record(settings, name).read_text(encoding="utf-8")))
        lives = left.alive
    except (OSError, ValueError, TypeError):
        return False
    if lives:
        end([left, *descendants(left.pid)])
    _record(settings, name).unlink(missing_ok=True)
    return lives


def _record(settings: Settings, name: str) -> Path:
    return settings.build_file.parent / name
