"""Whether a Spark Connect server can be reached: its client itself tries for ten minutes, at every statement.

Asked is a connection, nothing else. Behind a proxy nobody can ask, and the client's patience is what there is.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from orchestration.processes import Process, end

_PORT = 15002
"""Where an address names none."""
_SECONDS = 10
_POLL = 5.0
"""Seconds between two looks while somebody works there."""
_GONE = 6
"""Looks in a row that find nobody: a server that is started again takes less."""


def answers(remote: str) -> bool:
    """Whether somebody listens at an address, or nobody can ask."""
    address = urlsplit(remote)
    host = address.hostname or ""
    if {"http", "https", "all", "grpc"} & getproxies().keys() and not proxy_bypass(host):
        return True
    try:
        with socket.create_connection((host, address.port or _PORT), timeout=_SECONDS):
            return True
    except OSError:
        return False


@contextmanager
def ended_without(remote: str, worker: Process | None, poll: float = _POLL) -> Iterator[None]:
    """End a process that works on a server which is gone, meanwhile.

    Args:
        remote: the server's address.
        worker: whom to end; None is nobody.
        poll: seconds between two looks.
    """
    done = threading.Event()

    def watch() -> None:
        missed = 0
        while missed < _GONE and not done.wait(poll):
            missed = 0 if answers(remote) else missed + 1
        if not done.is_set() and worker is not None:
            end([worker])

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        done.set()
        watching.join()
