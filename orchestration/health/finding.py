"""What a look finds, and what every look is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from orchestration.lock import Holder, holder
from orchestration.releases.index import ReleaseIndex, newest
from orchestration.releases.manifest import Manifest
from orchestration.settings import Settings

if TYPE_CHECKING:
    from analytics.protocol import Protocol


@dataclass(frozen=True)
class Finding:
    """One line for a person; no identifier, secret or value of a record stands in it.

    Attributes:
        about: what was looked at, in a word.
        says: what is so.
        way_out: what a person does about it; empty where nobody need do anything.
    """

    about: str
    says: str
    way_out: str = ""

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to do something."""
        return bool(self.way_out)


@dataclass(frozen=True)
class Visit:
    """The home that is looked at, and when; what several looks ask for is found once."""

    settings: Settings
    now: datetime

    @cached_property
    def index(self) -> ReleaseIndex:
        """The releases."""
        return ReleaseIndex(self.settings.releases)

    @cached_property
    def newest(self) -> Manifest | None:
        """The newest release of the latest data cut."""
        return newest(self.index.standing())

    @cached_property
    def holder(self) -> Holder | None:
        """Who holds the lock of the home, or died holding it."""
        return holder(self.settings.home)

    @property
    def at_work(self) -> bool:
        """Whether a command changes the home just now, so that what is half done is no fault."""
        return self.holder is not None and self.holder.holds

    @cached_property
    def protocol(self) -> "Protocol | None":
        """The protocol in force; None where it cannot be read, which is one look's to say."""
        try:
            return self.settings.protocol()
        except (OSError, ValueError):
            return None


Look: TypeAlias = Callable[[Visit], Iterator[Finding]]


def told_size(n_bytes: float) -> str:
    """Bytes as people say them."""
    for unit, size in (("GB", 10**9), ("MB", 10**6)):
        if n_bytes >= size:
            return f"{n_bytes / size:.1f} {unit}"
    return f"{n_bytes / 1000:.0f} kB"
