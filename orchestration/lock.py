"""One refresh at a time, whoever starts it: an advisory lock on the home folder.

The kernel drops the lock with its process, so that a killed refresh leaves nothing to clean up.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from orchestration.aside import set_aside_unless

LOCK = "refresh.lock"
LOOK_SECONDS = 0.2
QUIET_SECONDS = 60.0
"""A run begins some seconds before it takes the lock, and ends some after it gave it back; silent for longer, it is dead."""


class AlreadyRunningError(RuntimeError):
    """Another refresh holds the home folder."""


class NoLocksError(RuntimeError):
    """The file system of the home folder keeps no locks: neither two refreshes nor two writers could be told apart."""


@contextmanager
def refresh_lock(home: Path, started_at: str) -> Iterator[None]:
    """Hold the lock of a home folder.

    Raises:
        AlreadyRunningError: another process, or another run of this one, holds it; the message names it.
        NoLocksError: the file system has no locks.
    """
    home.mkdir(parents=True, exist_ok=True)
    for line in set_aside_unless("file", home / LOCK):
        print(line)
    with open(home / LOCK, "a", encoding="utf-8", opener=_for_its_user_alone) as handle:
        try:
            _take(handle)
        except BlockingIOError:
            raise AlreadyRunningError(
                f"a refresh of {home.name}/ is already running: {_holder(home)}"
            ) from None
        except OSError as error:
            raise NoLocksError(
                f"{home} lies on a file system without locks ({error.strerror}); put VIGIL_HOME on a local disk"
            ) from None
        handle.truncate(0)
        handle.write(f"pid {os.getpid()} since {started_at}")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)
            fcntl.flock(handle, fcntl.LOCK_UN)


def _for_its_user_alone(path: str, flags: int) -> int:
    """Whatever the umask: who may open the file could hold the lock."""
    return os.open(path, flags, 0o600)


def _take(handle: TextIO) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # It may be somebody who only looks (`holder`), and is gone at once.
        time.sleep(LOOK_SECONDS)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True)
class Holder:
    """Who is written in the lock's file.

    Attributes:
        said: what they wrote about themselves.
        holds: whether they hold it; else they died before they could let it go.
    """

    said: str
    holds: bool


def holder(home: Path) -> Holder | None:
    """Who holds the lock of a home folder, or died holding it; None where it is free.

    The lock is tried for a moment, and only where somebody is written in the file: who looks is in nobody's way.

    Raises:
        PermissionError: this user may not read the file.
    """
    if not (home / LOCK).is_file():
        return None
    with open(home / LOCK, encoding="utf-8", errors="replace") as handle:
        said = handle.read().strip()
        if not said:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return Holder(said, True)
        fcntl.flock(handle, fcntl.LOCK_UN)
    return Holder(said, False)


def _holder(home: Path) -> str:
    """What the holder wrote about itself; it may not have come to that yet."""
    try:
        return (home / LOCK).read_text(encoding="utf-8", errors="replace").strip() or "another process"
    except OSError:
        return "another process"
