"""Erasing a subject from the whole home: landing and store, builds, releases.

Not here: who asked for it and who was erased before (`requests`), one file, one release.
"""

import re
import shutil
from dataclasses import dataclass

from orchestration.erasure.landing import rewrite_without_subjects
from orchestration.erasure.releases import ErasedReleases, erase_from_releases
from orchestration.erasure.requests import record_erasure
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

PROACT_ID = "PROACT-"
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
    store = ExtractStore(settings.store)
    store.clear_leftovers()
    report = None
    if (settings.landing / source.lower()).is_dir():
        report = rewrite_without_subjects(
            settings.landing,
            store,
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
    record_erasure(settings.home, f"{PROACT_ID}{name}" if whole else name, reason, at)
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
