"""Every look in its order; one that cannot be taken costs itself alone, and is named."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.health.access import access
from orchestration.health.arrivals import arrivals
from orchestration.health.engine import engine
from orchestration.health.finding import Finding, Look, Visit
from orchestration.health.keys import pseudonyms, signing
from orchestration.health.lock import lock
from orchestration.health.released import age, current, ledger, protocol, versions
from orchestration.health.room import growth, room
from orchestration.health.runs import databases, unfinished
from orchestration.health.traces import failures, set_aside

OURS = ("orchestration.", "analytics.", "expectations.")
LOOKS: tuple[tuple[str, Look], ...] = (
    ("release", age),
    ("current", current),
    ("lock", lock),
    ("delivery", arrivals),
    ("failure", failures),
    ("room", room),
    ("growth", growth),
    ("key", pseudonyms),
    ("signing", signing),
    ("protocol", protocol),
    ("versions", versions),
    ("engine", engine),
    ("access", access),
    ("journal", ledger),
    ("dagster", databases),
    ("runs", unfinished),
    ("aside", set_aside),
)
"""What is looked at, in the order it is told."""


@dataclass(frozen=True)
class Examination:
    """What was found, and what this user may not look at."""

    findings: tuple[Finding, ...]
    unseen: tuple[str, ...]

    @property
    def in_need(self) -> int:
        """How many findings need a person."""
        return sum(finding.needs_person for finding in self.findings)


def examine(visit: Visit) -> Examination:
    """Take every look."""
    findings: list[Finding] = []
    unseen: list[str] = []
    for name, look in LOOKS:
        try:
            findings += _taken(name, look, visit)
        except PermissionError:
            unseen.append(name)
    return Examination(tuple(findings), tuple(unseen))


def _taken(name: str, look: Look, visit: Visit) -> Iterator[Finding]:
    """What a look finds, and a line for what stopped it: whatever state a home is in, the other looks are taken."""
    try:
        yield from look(visit)
    except PermissionError:
        raise
    except Exception as error:
        ours = type(error).__module__.startswith(OURS)
        # The words of a library may quote what it read.
        said = " ".join(str(error).split()) if ours else f"it could not be looked at ({type(error).__name__})"
        yield Finding(
            name, said, "mend what it names" if ours else "vigil releases verify; vigil refresh says more"
        )
