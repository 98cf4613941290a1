"""`erasures.jsonl`: who was erased, when, why and under which key, as hashes only; nothing else can rebuild it.

Here: what a line of it says. Not here: how such a file is kept (`audit_trail`), the erasing (`subject`), and whether
somebody comes back (`returned`).
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from orchestration.audit_trail import AuditError, AuditTrail
from orchestration.releases.index import ReleaseIndex

AUDIT, SECOND_COPY = "erasures.jsonl", "erasures-copy.jsonl"
_TRAIL = AuditTrail(AUDIT, SECOND_COPY, frozenset({"subject_sha256", "date"}), "vigil refresh")


@dataclass(frozen=True)
class Tombstone:
    """What is kept of an erased subject.

    Attributes:
        subject_sha256: SHA-256 of the pseudonym, itself a keyed hash, or of PRO-ACT's USUBJID.
        key_id: the key that made the pseudonym; None for PRO-ACT and where it was not yet written down.
        date: of the erasure.
    """

    subject_sha256: str
    key_id: str | None
    date: str


def subject_hash(name: str) -> str:
    """What the audit keeps of a subject."""
    return hashlib.sha256(name.encode()).hexdigest()


def record_erasure(home: Path, name: str, reason: str, at: str, key_id: str | None) -> None:
    """Write an erasure that was carried out into the audit and its second copy, durably; once for the same moment.

    Raises:
        AuditError: the audit cannot be read.
    """
    entry = {
        "date": at[:10],
        "subject_sha256": subject_hash(name),
        "reason": reason,
        "key_id": key_id,
        "at": at,
    }
    _TRAIL.append(home, entry)


def tombstones(home: Path) -> tuple[Tombstone, ...]:
    """Everyone erased so far, oldest first.

    Raises:
        AuditError: the audit cannot be read.
    """
    return tuple(Tombstone(e["subject_sha256"], e.get("key_id"), e["date"]) for e in _TRAIL.entries(home))


def erased_before(home: Path) -> frozenset[str]:
    """Hashes of every subject erased so far.

    Raises:
        AuditError: the audit cannot be read.
    """
    return frozenset(tombstone.subject_sha256 for tombstone in tombstones(home))


def mend_audit(home: Path, at: str) -> list[str]:
    """Make both copies whole again from each other; the caller holds the lock.

    Returns:
        What was mended, a line each.

    Raises:
        AuditError: a line can be read in neither.
    """
    return _TRAIL.mend(home, at)


def audit_problems(home: Path) -> list[str]:
    """What is wrong with the audit, a line each, and releases emptied by an erasure nobody wrote down."""
    try:
        lines = _TRAIL.lines(home)
    except AuditError as error:
        return [str(error)]
    return _TRAIL.problems(home) + _unwritten(ReleaseIndex(home / "releases"), lines)


def refuse_lost_audit(home: Path) -> None:
    """Stop where releases were emptied by an erasure and nothing is left of who it was: they would not be known again.

    Raises:
        AuditError: so it is.
    """
    for problem in _unwritten(ReleaseIndex(home / "releases"), _TRAIL.lines(home)):
        raise AuditError(problem)


def _unwritten(index: ReleaseIndex, lines: list[str]) -> list[str]:
    emptied = [manifest.release_id for manifest in index.manifests() if manifest.erased]
    if lines or not emptied:
        return []
    return [
        f"release {emptied[0]} was emptied by an erasure, and {AUDIT} is gone: restore it from a backup, since erased "
        "subjects who are delivered again would not be known"
    ]
