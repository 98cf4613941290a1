"""One refresh at a time, whoever starts it: an advisory lock on the home folder.

The kernel drops the lock with its process, so that a killed refresh leaves nothing to clean up.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunningError(RuntimeError):
    """Another refresh holds the home folder."""


@contextmanager
def refresh_lock(home: Path, started_at: str) -> Iterator[None]:
    """Hold the lock of a home folder.

    Raises:
        AlreadyRunningError: another process, or another run of this one, holds it; the message names it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "refresh.lock", "a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise AlreadyRunningError(f"a refresh of {home.name}/ is already running: {holder}") from None
        handle.truncate(0)
        handle.write(f"pid {os.getpid()} since {started_at}")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)
            fcntl.flock(handle, fcntl.LOCK_UN)
