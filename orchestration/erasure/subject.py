"""Erasing a subject from the whole home: landing and store, builds, releases; and what is kept of it.

Kept are the hash of the pseudonym, the date and the reason, so that a later delivery of the subject is recognised. A
request to stop follow-up is another thing: data are kept and censored. Not here: one file, one release.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.erasure.landing import rewrite_without_subjects
from orchestration.erasure.releases import ErasedReleases, erase_from_releases
from orchestration.extracts.deliveries import PROACT, REGISTRY
from orchestration.extracts.pseudonyms import (
    PSEUDONYM,
    PseudonymKey,
    demonstration_key,
    key_from_text,
    pseudonym,
)
from orchestration.extracts.store import ExtractStore
from orchestration.landing import dictionaries
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

AUDIT = "erasures.jsonl"
PROACT_ID = "PROACT-"
WITHDRAWALS = "staging.stg_registry__withdrawals"
_OF_SUBJECT = re.compile(rf"(?:.*-)?({PSEUDONYM.pattern})")


class ErasureError(LookupError):
    """Nothing could be erased; one line that does not name the subject."""


@dataclass(frozen=True)
class Erasure:
    """What was erased; counts and file names, no subject."""

    files: tuple[str, ...]
    n_record: int
    n_store: int
    releases: ErasedReleases


def erase_subject(settings: Settings, subject: str, *, reason: str, at: str) -> Erasure:
    """Erase one subject everywhere. The caller holds the lock of the home folder.

    Args:
        settings: paths and pseudonym key.
        subject: USUBJID as in the marts, the pseudonym, or the id as delivered; `PROACT-<id>` for PRO-ACT.
        reason: kept in the audit; must not name the subject.
        at: now, ISO with UTC offset.

    Raises:
        ErasureError: the subject is nowhere, or the reason names it; nothing was erased.
        DeliveryError: a delivery cannot be read or lacks its key; running it again completes the erasure.
    """
    given = subject.strip()
    source = PROACT if given.upper().startswith(PROACT_ID) else REGISTRY
    key = key_from_text(settings.pseudonym_key) if settings.pseudonym_key else None
    name = given[len(PROACT_ID) :] if source == PROACT else _pseudonym(given, key)
    if any(text in reason for text in (given, name)):
        raise ErasureError("the reason names the subject; give one that does not, nothing was erased")
    report = None
    if (settings.landing / source.lower()).is_dir():
        report = rewrite_without_subjects(
            settings.landing,
            ExtractStore(settings.store),
            dictionaries(),
            [name if source == PROACT else given],
            source=source,
            key=key,
        )
    whole = source == PROACT
    releases = erase_from_releases(
        ReleaseIndex(settings.releases), [f"{PROACT_ID}{name}" if whole else name], at=at, whole_ids=whole
    )
    if not releases.purged and (report is None or not (report.n_record or report.store_keys)):
        raise ErasureError("this subject is in no delivery, store or release; nothing was erased")
    # Builds are made anew by the next refresh; nothing in them is worth searching.
    shutil.rmtree(settings.home / "build", ignore_errors=True)
    _record(settings.home, f"{PROACT_ID}{name}" if whole else name, reason, at)
    assert report is not None or releases.purged
    files, n_record, keys = (report.files, report.n_record, report.store_keys) if report else ((), 0, ())
    return Erasure(tuple(files), n_record, len(keys), releases)


def _pseudonym(given: str, key: PseudonymKey | None) -> str:
    match = _OF_SUBJECT.fullmatch(given.upper())
    if match:
        return match[1]
    made = pseudonym(given, key or demonstration_key())
    if made is None:
        raise ErasureError("no subject given; nothing was erased")
    return made


def subject_hash(name: str) -> str:
    """What the audit keeps of a subject: SHA-256 of the pseudonym, itself a keyed hash."""
    return hashlib.sha256(name.encode()).hexdigest()


def _record(home: Path, name: str, reason: str, at: str) -> None:
    entry = {"date": at[:10], "subject_sha256": subject_hash(name), "reason": reason}
    with open(home / AUDIT, "a", encoding="utf-8") as audit:
        audit.write(json.dumps(entry) + "\n")


def erased_before(home: Path) -> frozenset[str]:
    """Hashes of every subject erased so far."""
    path = home / AUDIT
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return frozenset(json.loads(line)["subject_sha256"] for line in lines if line.strip())


def requested(build: Warehouse) -> tuple[str, ...]:
    """Pseudonyms for whom the delivery of a build asks erasure."""
    if not build.has(WITHDRAWALS):
        return ()
    with build.read() as connection:
        query = f"select distinct usubjid from {WITHDRAWALS} where request = 'ERASE' and usubjid is not null order by 1"
        return tuple(row[0] for row in connection.sql(query).fetchall())


def to_erase(settings: Settings) -> tuple[str, ...]:
    """Pseudonyms of everyone the last built delivery asks erasure for, or holds though they were erased before."""
    build = Warehouse(settings.build_file)
    erased, names = erased_before(settings.home), set(requested(build))
    if erased and build.has("raw.registry_dm"):
        with build.read() as connection:
            delivered = connection.sql(
                "select USUBJID from raw.registry_dm where USUBJID is not null"
            ).fetchall()
        names |= {name for (name,) in delivered if subject_hash(name) in erased}
    return tuple(sorted(names))


def erasures_due(settings: Settings, build: Warehouse) -> int:
    """How many requests for erasure are not carried out: the subject is still delivered, or a release holds it.

    dbt keeps such subjects out of the new release; landing, store and older releases are another matter.
    """
    names = requested(build)
    return len(_still_held(settings, build, names)) if names else 0


def _still_held(settings: Settings, build: Warehouse, names: Sequence[str]) -> set[str]:
    query = "select distinct USUBJID from raw.registry_dm where list_contains(?, USUBJID)"
    with build.read() as connection:
        held = {row[0] for row in connection.execute(query, [list(names)]).fetchall()}
    index = ReleaseIndex(settings.releases)
    for folder in index.folders():
        released = Warehouse(folder / "vigil.duckdb")
        if released.has("marts.adsl"):
            query = "select distinct split_part(USUBJID, '-', -1) from marts.adsl where SOURCE = 'REGISTRY'"
            with released.read() as connection:
                held |= {row[0] for row in connection.sql(query).fetchall()} & set(names)
    return held
