"""A Sail server of this machine, for as long as it is asked."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS = 60
"""That it may take to listen."""


@contextmanager
def sail() -> Iterator[str]:
    """The address of one, as SPARK_REMOTE has it."""
    with sail_process() as (address, _):
        yield address


@contextmanager
def sail_process() -> Iterator[tuple[str, int]]:
    """Start one; what it keeps of its tables is gone with it.

    Returns:
        Its address, as SPARK_REMOTE has it, and its process.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("sail")), "spark", "server", "--port", str(port)]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_until_it_listens(server, port)
            yield f"sc://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()
            # With a session open it does not end by itself.
            with suppress(subprocess.TimeoutExpired):
                server.wait(5)
            server.kill()
            server.wait()


def _wait_until_it_listens(server: subprocess.Popen, port: int) -> None:
    for _ in range(SECONDS * 10):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, "Sail ended before it listened"
        time.sleep(0.1)
    raise TimeoutError("Sail does not listen")
