"""Visit and date of the record that a query was raised on, from its line in the delivered file.

Told only where the file is byte for byte the one that the release was made of, and the line holds the subject. Not here: who
the subject is (`subjects`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestration.extracts.deliveries import REGISTRY
from orchestration.extracts.errors import DeliveryError
from orchestration.tracing.delivered_lines import DeliveredTable, cells_of, digest_of
from orchestration.tracing.proof import Landing

DATED_BY = ("DTC", "STDTC")
"""What a record's own date is called behind the letters of its domain: of a finding, else of an event."""
UNDATED = ("dm",)
"""A subject's own row is of no visit."""


@dataclass(frozen=True)
class Place:
    """Where a query was raised: delivered file, line, and the pseudonym of its subject."""

    file_name: str
    line: int
    pseudonym: str


@dataclass(frozen=True)
class Visit:
    """Visit and date of a record, as delivered; blank where it has none."""

    visit: str = ""
    date: str = ""


NO_VISIT = Visit()


def visits(landing: Landing, places: Iterable[Place]) -> dict[Place, Visit]:
    """Visit and date of each place where they are known."""
    by_file: dict[str, set[Place]] = {}
    for place in places:
        by_file.setdefault(place.file_name, set()).add(place)
    found: dict[Place, Visit] = {}
    for name, wanted in sorted(by_file.items()):
        for entry in landing.entries(REGISTRY, file_name=name):
            if entry["table_name"] not in UNDATED:
                found |= _of_file(landing, entry, wanted)
    return found


def _of_file(landing: Landing, entry: Mapping[str, object], wanted: set[Place]) -> dict[Place, Visit]:
    try:
        table = landing.table(entry)
        if table is None or digest_of(table) != entry["sha256"]:
            return {}
        return _on_lines(table, str(entry["table_name"]), wanted)
    except (DeliveryError, OSError):
        return {}


def _on_lines(table: DeliveredTable, name: str, wanted: set[Place]) -> dict[Place, Visit]:
    at_line: dict[int, list[Place]] = {}
    for place in wanted:
        at_line.setdefault(place.line, []).append(place)
    dated_by = [name.upper() + end for end in DATED_BY]
    found = {}
    for line, (usubjid, visit, *dates) in cells_of(table, ("USUBJID", "VISIT", *dated_by)):
        for place in at_line.get(line, ()):
            if table.subject_of(usubjid) == place.pseudonym:
                found[place] = Visit(visit, next((date for date in dates if date), ""))
    return found
