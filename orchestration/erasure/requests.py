"""Who is to be erased, and what is kept of who was.

Kept are the hash of the pseudonym, the date and the reason, so that a later delivery of the subject is recognised. A
request to stop follow-up is another thing: data are kept and censored. Not here: the erasing itself (`subject`).
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from orchestration.releases.index import ReleaseIndex
from orchestration.settings import DATABASE, Settings
from orchestration.warehouse import Warehouse

AUDIT = "erasures.jsonl"
WITHDRAWALS = "staging.stg_registry__withdrawals"


def subject_hash(name: str) -> str:
    """What the audit keeps of a subject: SHA-256 of the pseudonym, itself a keyed hash."""
    return hashlib.sha256(name.encode()).hexdigest()


def record_erasure(home: Path, name: str, reason: str, at: str) -> None:
    """Write an erasure that was carried out into the audit."""
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
        released = Warehouse(folder / DATABASE)
        if released.has("marts.adsl"):
            query = "select distinct split_part(USUBJID, '-', -1) from marts.adsl where SOURCE = 'REGISTRY'"
            with released.read() as connection:
                held |= {row[0] for row in connection.sql(query).fetchall()} & set(names)
    return held
