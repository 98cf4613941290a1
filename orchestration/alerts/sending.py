"""Sending, by a process of its own (`sender`) that gets what it needs through a pipe and is ended when its time is over.

So nothing that the library, a server or an error says of an address reaches this process, its arguments, its log or its
output, and no server can hold a night.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.alerts.remembered import Waiting
from orchestration.settings import REPOSITORY, environment_of_others

PATIENCE = 8
"""Seconds for everything together."""
START = 12
"""Seconds more that a busy machine may take to start the process."""


@dataclass(frozen=True)
class Sent:
    """What became of it: message and address that arrived, addresses that the library does not know, whether the library is
    there, whether the sign of life arrived."""

    sent: tuple[tuple[int, int], ...] = ()
    unknown: tuple[int, ...] = ()
    installed: bool = True
    alive: bool = False


def send(addresses: Sequence[str], waiting: Sequence[Waiting], alive: str | None = None) -> Sent:
    """Send what waits to the addresses that lack it, and ask for the address of the sign of life, if one is given."""
    asked = {
        "patience": PATIENCE,
        "addresses": list(addresses),
        "messages": [[each.title, each.text, each.lacking] for each in waiting],
        "alive": alive,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.alerts.sender"],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment_of_others(),
            cwd=REPOSITORY,
            timeout=PATIENCE + START,
            check=False,
        )
        said = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return Sent()
    sent = tuple((message, address) for message, address in said["sent"])
    return Sent(sent, tuple(said["unknown"]), said["installed"], said["alive"])
