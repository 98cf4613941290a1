"""`erasures.jsonl`: who was erased, when, why and under which key, as hashes only; nothing else can rebuild it.

Every line names the hash of the line before, every line is on disk before it counts, and a second copy lies beside it. Not
here: the erasing (`subject`), and whether somebody comes back (`returned`).
"""

import hashlib
import json
import os
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from orchestration.aside import set_aside_unless
from orchestration.durable import write_durably
from orchestration.releases.index import ReleaseIndex

AUDIT, SECOND_COPY = "erasures.jsonl", "erasures-copy.jsonl"
_FIRST = "0" * 64


class AuditError(RuntimeError):
    """Who was erased cannot be read; the message names file and line, and the way out, in one line."""


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
    lines = _lines(home)
    entry = {
        "date": at[:10],
        "subject_sha256": subject_hash(name),
        "reason": reason,
        "key_id": key_id,
        "at": at,
    }
    told = [json.loads(line) for line in lines]
    if any(all(line.get(field) == value for field, value in entry.items()) for line in told):
        return
    entry["before"] = _hash(lines[-1]) if lines else _FIRST
    for name_of_copy in (AUDIT, SECOND_COPY):
        _write(home / name_of_copy, [*lines, json.dumps(entry)])


def tombstones(home: Path) -> tuple[Tombstone, ...]:
    """Everyone erased so far, oldest first.

    Raises:
        AuditError: the audit cannot be read.
    """
    entries = [json.loads(line) for line in _lines(home)]
    return tuple(Tombstone(e["subject_sha256"], e.get("key_id"), e["date"]) for e in entries)


def erased_before(home: Path) -> frozenset[str]:
    """Hashes of every subject erased so far.

    Raises:
        AuditError: the audit cannot be read.
    """
    return frozenset(tombstone.subject_sha256 for tombstone in tombstones(home))


def mend_audit(home: Path, at: str) -> list[str]:
    """Make both copies whole again from each other, after a kill or a damage; the caller holds the lock.

    A damaged file is kept beside under the time's name.

    Returns:
        What was mended, a line each.

    Raises:
        AuditError: a line can be read in neither.
    """
    told = set_aside_unless("file", home / AUDIT, home / SECOND_COPY)
    lines = _lines(home)
    for name, other in ((AUDIT, SECOND_COPY), (SECOND_COPY, AUDIT)):
        found = _read(home / name)
        if (found or []) == lines:
            continue
        if found is not None and found != lines[: len(found)]:
            aside = f"{name}.damaged-{at.replace(':', '')}"
            os.replace(home / name, home / aside)
            told.append(f"{name} was damaged and is restored from {other}; the damaged file is {aside}")
        _write(home / name, lines)
    return told


def audit_problems(home: Path) -> list[str]:
    """What is wrong with the audit, a line each: lines that cannot be read or do not follow on the line before, a copy that
    differs, and releases emptied by an erasure nobody wrote down."""
    try:
        lines = _lines(home)
    except AuditError as error:
        return [str(error)]
    problems = []
    # Before erasures were chained there was no second copy.
    chained = any("before" in json.loads(line) for line in lines)
    for name in (AUDIT, SECOND_COPY):
        found = _read(home / name)
        if found != lines and (chained or found is not None):
            problems.append(
                f"{name} is damaged or short: the next vigil refresh restores it from its other copy"
            )
    for number, (before, line) in enumerate(zip(["", *lines], lines, strict=False), start=1):
        told = json.loads(line).get("before")
        if told is not None and told != (_hash(before) if before else _FIRST):
            problems.append(f"{AUDIT} line {number} does not follow on the line before it")
    return problems + _unwritten(ReleaseIndex(home / "releases"), lines)


def refuse_lost_audit(home: Path) -> None:
    """Stop where releases were emptied by an erasure and nothing is left of who it was: they would not be known again.

    Raises:
        AuditError: so it is.
    """
    for problem in _unwritten(ReleaseIndex(home / "releases"), _lines(home)):
        raise AuditError(problem)


def _unwritten(index: ReleaseIndex, lines: list[str]) -> list[str]:
    emptied = [manifest.release_id for manifest in index.manifests() if manifest.erased]
    if lines or not emptied:
        return []
    return [
        f"release {emptied[0]} was emptied by an erasure, and {AUDIT} is gone: restore it from a backup, since erased "
        "subjects who are delivered again would not be known"
    ]


def _lines(home: Path) -> list[str]:
    """The lines of the audit, each from the copy in which it can be read.

    Raises:
        AuditError: one can be read in neither, or they say different things.
    """
    here, there = (_read(home / name) or [] for name in (AUDIT, SECOND_COPY))
    lines = []
    for number, pair in enumerate(zip_longest(here, there), start=1):
        readable = dict.fromkeys(line for line in pair if line is not None and _is_entry(line))
        if len(readable) == 1:
            lines.append(next(iter(readable)))
        elif readable:
            raise AuditError(
                f"{AUDIT} and {SECOND_COPY} differ in line {number}: restore the right one from a backup over both"
            )
        else:
            raise AuditError(
                f"{AUDIT} line {number} cannot be read, nor its copy in {SECOND_COPY}: restore one of them from a backup"
            )
    return lines


def _read(path: Path) -> list[str] | None:
    """Lines of a copy; None where there is none."""
    if not path.is_file():
        return None
    return [line for line in path.read_bytes().decode(errors="replace").splitlines() if line.strip()]


def _is_entry(line: str) -> bool:
    try:
        entry: Any = json.loads(line)
    except ValueError:
        return False
    return isinstance(entry, dict) and {"subject_sha256", "date"} <= entry.keys()


def _write(path: Path, lines: list[str]) -> None:
    write_durably(path, "".join(f"{line}\n" for line in lines).encode())


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
