"""Deliveries that are not released: still arriving, waiting for a night, or such that no night can use them."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from orchestration.extracts.deliveries import PROACT, REGISTRY, Delivery, newest_complete
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.land import refuse_at_sight
from orchestration.extracts.pseudonyms import key_from_text
from orchestration.extracts.store import ExtractStore
from orchestration.health.finding import Finding, Visit
from orchestration.landing import Landed, dictionaries, landed

ARRIVES = timedelta(hours=1)
"""A delivery that nobody has written to for so long is not arriving any more."""
WAITS = timedelta(hours=26)
"""A complete one that has lain so long was there when a night came."""


def arrivals(visit: Visit) -> Iterator[Finding]:
    """What lies in landing and is in no release.

    Raises:
        DeliveryError: a withdrawal list lies beside the deliveries; of errors in a site's own files their kinds.
    """
    found = landed(visit.settings)
    yield from (Finding("delivery", note, "rename it, or take it away") for note in found.notes)
    yield from _set_aside(visit, found)
    yield from _unreleased(visit, found)
    yield from _export(visit, found)


def _set_aside(visit: Visit, found: Landed) -> Iterator[Finding]:
    for delivery in found.set_aside:
        said = f"{_name(delivery)} is not read: {delivery.reason}"
        arriving = _still_for(visit, delivery) < ARRIVES
        yield Finding(
            "delivery", said, "" if arriving else "complete it, or take it away; it costs itself alone"
        )


def _unreleased(visit: Visit, found: Landed) -> Iterator[Finding]:
    """Complete data cuts without a release that stands, and why the newest of them will have none."""
    standing = {m.data_cut for m in visit.index.standing()}
    waiting = [d for d in found.registry if d.complete and d.release not in standing]
    for delivery in waiting:
        if refusal := _refusal(visit, delivery):
            yield Finding(
                "delivery",
                f"{_name(delivery)} is refused: {refusal}",
                "correct the delivery, then vigil refresh",
            )
        elif visit.at_work or _still_for(visit, delivery) < WAITS:
            yield Finding("delivery", f"{_name(delivery)} is complete and waits for the next refresh")
        else:
            yield Finding(
                "delivery",
                f"{_name(delivery)} is complete for more than a day and not released",
                "vigil refresh, which says why; is the nightly schedule on?",
            )


def _export(visit: Visit, found: Landed) -> Iterator[Finding]:
    """The PRO-ACT export that the next release rests on."""
    export, newest = newest_complete(found.proact), visit.newest
    if export is None:
        if found.registry:
            yield Finding(
                "delivery",
                "no complete PRO-ACT export lies in landing/proact/",
                "put one there, as folder or zip",
            )
    elif refusal := _refusal(visit, export):
        yield Finding(
            "delivery", f"{_name(export)} is refused: {refusal}", "correct the delivery, then vigil refresh"
        )
    elif newest is not None and export.release != newest.proact_release:
        yield Finding(
            "delivery", f"{_name(export)} waits for the next refresh, which makes the newest data cut anew"
        )


def _refusal(visit: Visit, delivery: Delivery) -> str | None:
    """Why a night would refuse a delivery, as far as that is known without reading its records."""
    text, store = visit.settings.pseudonym_key, ExtractStore(visit.settings.store)
    try:
        refuse_at_sight(delivery, dictionaries(), store, key_from_text(text) if text else None)
    except DeliveryError as error:
        return str(error)
    return None


def _still_for(visit: Visit, delivery: Delivery) -> timedelta:
    """How long nothing of a delivery was written."""
    inside = delivery.path.rglob("*") if delivery.path.is_dir() else ()
    last = max(_times(delivery.path, *inside), default=0.0)
    return timedelta(seconds=visit.now.timestamp() - last)


def _times(*paths: Path) -> Iterator[float]:
    for path in paths:
        with suppress(OSError):
            yield path.lstat().st_mtime


def _name(delivery: Delivery) -> str:
    return f"{'PRO-ACT' if delivery.source == PROACT else REGISTRY.lower()} {quoted(delivery.release)}"
