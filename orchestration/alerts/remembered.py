"""What was told, what waits to be, and when a night last came to its end: `store/alerts.json`.

Held by one process at a time. Does not belong here: what there is to tell.
"""

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from orchestration.alerts.messages import Message
from orchestration.durable import write_durably
from orchestration.settings import Settings

FILE = "alerts.json"
KEPT = timedelta(days=400)
"""How long something is known to be told."""
PATIENCE = timedelta(days=3)
"""How long something that could not be sent is tried again."""


@dataclass
class Waiting:
    """A message that some addresses, by their place in the list, still lack."""

    key: str
    title: str
    text: str
    since: str
    lacking: list[int]


@dataclass
class Memory:
    """What is remembered; a home that never told anything begins with what there is now.

    Attributes:
        since: when telling began.
        night: when a night last came to its end.
        release: the last release that was seen.
        told: key to when.
        waiting: what could not be sent yet.
    """

    since: str
    night: str
    release: int
    told: dict[str, str] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)

    def take(self, messages: Iterable[Message], now: str, n_address: int) -> None:
        """Have messages wait that were neither told nor wait; what waited too long is given up."""
        first = (datetime.fromisoformat(now) - PATIENCE).isoformat()
        self.waiting = [each for each in self.waiting if _after(each.since, first)]
        for message in messages:
            if message.key not in self.told and n_address:
                self.told[message.key] = now
                self.waiting.append(Waiting(**asdict(message), since=now, lacking=list(range(n_address))))
        oldest = (datetime.fromisoformat(now) - KEPT).isoformat()
        self.told = {key: at for key, at in self.told.items() if _after(at, oldest)}

    def arrived(self, sent: Iterable[tuple[int, int]], n_address: int) -> None:
        """Forget what has arrived: message and address, by their places."""
        for message, address in sent:
            self.waiting[message].lacking.remove(address)
        for each in self.waiting:
            each.lacking = [address for address in each.lacking if address < n_address]
        self.waiting = [each for each in self.waiting if each.lacking]


def _after(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)


@contextmanager
def remembered(settings: Settings, now: str, release: int) -> Iterator[Memory]:
    """What is remembered, kept again at the end.

    Args:
        settings: the home folder.
        now: when, ISO.
        release: number of the last release that is no news, where nothing is remembered.
    """
    settings.store.mkdir(parents=True, exist_ok=True)
    path = settings.store / FILE
    with open(path.with_suffix(".lock"), "a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        memory = _read(path.read_bytes() if path.is_file() else b"") or Memory(now, now, release)
        try:
            yield memory
        finally:
            write_durably(path, json.dumps(asdict(memory), indent=1).encode())


def _read(content: bytes) -> Memory | None:
    """None where there is nothing, or nothing that can be read: it is begun anew."""
    try:
        said = json.loads(content)
        said["waiting"] = [Waiting(**each) for each in said["waiting"]]
        memory = Memory(**said)
        for time in (memory.since, memory.night, *memory.told.values()):
            datetime.fromisoformat(time)
        return memory
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
