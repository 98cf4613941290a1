"""What the journal says of each release: deleted, damaged, approved or held.

Light imports only. Belongs here: reading entries of the journal. Does not belong here: writing or mending it (`journal`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

BEGUN, PUBLISHED = "begun", "published"
ERASED, RETIRED = "erased", "retention"
DAMAGED, SOUND = "damaged", "sound"
AUTOMATIC = "automatic"
"""A move of `current` that nobody asked for: it goes back when what was current before can be so again."""
APPROVED, HELD, NOT_APPROVED = "approved", "held", "not approved"
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What a person decided of a release: `approved` or `held`, who, when and why."""

    state: str
    by: str
    at: str
    reason: str

    def __str__(self) -> str:
        return f"{self.state} by {self.by} at {self.at}: {self.reason}"


def act(entry: Entry) -> str | None:
    """What an entry is of; versions that wrote no `act` said it by the reason."""
    said = entry.get("act", entry.get("reason"))
    return said if isinstance(said, str) else None


def deleted(entries: Iterable[Entry]) -> dict[str, str]:
    """Releases of which only the manifest was kept, and why (`ERASED`, `RETIRED`)."""
    return {e["release"]: act(e) or "" for e in entries if "release" in e and act(e) in (ERASED, RETIRED)}


def damaged(entries: Iterable[Entry]) -> frozenset[str]:
    """Releases that are not any more what was published; one that was restored is sound again."""
    last = {e["release"]: act(e) for e in entries if "release" in e and act(e) in (DAMAGED, SOUND)}
    return frozenset(release for release, said in last.items() if said == DAMAGED)


def verdicts(entries: Iterable[Entry]) -> dict[str, Verdict]:
    """The last verdict on each release that has one."""
    return {
        e["release"]: Verdict(e["act"], e.get("by", "unknown"), e.get("at", ""), e.get("reason", ""))
        for e in entries
        if "release" in e and e.get("act") in (APPROVED, HELD)
    }


def published(entries: Iterable[Entry]) -> dict[str, str | None]:
    """Every release whose publication is told, with its chain hash where that was written down."""
    known: dict[str, str | None] = {}
    for entry in entries:
        release = entry.get("to")
        if (
            "release" in entry
            and entry.get("act", PUBLISHED) == PUBLISHED
            and act(entry) not in (ERASED, RETIRED)
        ):
            release = entry["release"]
        if isinstance(release, str):
            known[release] = known.get(release) or entry.get("chain")
    return known


def begun(entries: Iterable[Entry]) -> dict[str, str]:
    """The chain hash of every release whose publication was begun, be it finished or not; the last one of an id."""
    return {e["release"]: e["chain"] for e in entries if e.get("act") == BEGUN}


def held(entries: Iterable[Entry]) -> frozenset[str]:
    """Releases that a person said may not be acted on."""
    return frozenset(release for release, verdict in verdicts(entries).items() if verdict.state == HELD)


def intended(entries: Iterable[Entry]) -> str | None:
    """The release that the last publication or the last person made current."""
    return switched_to(e for e in entries if e.get("act") != AUTOMATIC)


def switched_to(entries: Iterable[Entry]) -> str | None:
    """The release that `current` points at by the journal."""
    return next((e["to"] for e in reversed(list(entries)) if "to" in e), None)
